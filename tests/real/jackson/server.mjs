// The directory sync of SAML Jackson (Ory Polis) embedded as its documentation shows: one directory of the type for
// Entra, Jackson's own store in memory, and a route that hands each request to requests.handle().
// Started as: SCIM_TOKEN=… node server.mjs PORT

import { createServer } from "node:http";
import jackson from "@boxyhq/saml-jackson";

const port = Number(process.argv[2]);
const token = process.env.SCIM_TOKEN;
const base = "/scim/v2.0/";

const { directorySyncController: sync } = await jackson.controllers({
    externalUrl: `http://127.0.0.1:${port}`,
    samlAudience: "https://saml.example.com",
    samlPath: "/api/oauth/saml",
    scimPath: base,
    db: { engine: "mem" },
    noAnalytics: true,
});

const { data: directory, error } = await sync.directories.create({
    tenant: "contoso",
    product: "application",
    name: "Entra",
    type: "azure-scim-v2",
    webhook_url: "",
    webhook_secret: "",
});
if (error) throw new Error(error.message);

// Jackson makes the secret of a directory itself; whoever has our token has it.
const secret = (header = "") => {
    const given = header.replace(/^Bearer /, "");
    return given === token ? directory.scim.secret : given;
};

const text = async (request) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts).toString();
};

const handle = async (request) => {
    const url = new URL(request.url, `http://127.0.0.1:${port}`);
    if (!url.pathname.startsWith(base)) return { status: 404, data: {} };
    const [resourceType, resourceId] = url.pathname.slice(base.length).split("/").map(decodeURIComponent);
    const body = await text(request);
    const number = (name) => (url.searchParams.has(name) ? parseInt(url.searchParams.get(name)) : undefined);
    return sync.requests.handle(
        {
            method: request.method,
            body: body ? JSON.parse(body) : undefined,
            directoryId: directory.id,
            resourceType,
            resourceId,
            apiSecret: secret(request.headers.authorization),
            query: {
                count: number("count"),
                startIndex: number("startIndex"),
                filter: url.searchParams.get("filter") ?? undefined,
            },
        },
        async () => {},
    );
};

createServer(async (request, response) => {
    let answer;
    try {
        answer = await handle(request);
    } catch (failure) {
        console.error(failure);
        answer = { status: 500, data: { error: { message: "Internal Server Error" } } };
    }
    response.writeHead(answer.status, { "content-type": "application/json; charset=utf-8" });
    response.end(answer.status === 204 ? undefined : JSON.stringify(answer.data));
}).listen(port, "127.0.0.1");
