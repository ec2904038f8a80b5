// Better Auth with its SCIM plugin as a vendor turns it on: one connection with a static bearer token, and the setting
// that the plugin has for Entra's group schema. Everything is kept by Better Auth's own adapter for memory.
// Started as: SCIM_TOKEN=… node server.mjs PORT

import { createServer } from "node:http";
import { randomBytes } from "node:crypto";
import { scim } from "@better-auth/scim";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getAuthTables } from "better-auth/db";
import { toNodeHandler } from "better-auth/node";

const port = Number(process.argv[2]);

const options = {
    baseURL: `http://127.0.0.1:${port}`,
    secret: randomBytes(32).toString("hex"),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    plugins: [
        scim({
            connections: [{ id: "entra", credentials: [{ id: "token", token: process.env.SCIM_TOKEN }] }],
            compatibility: { microsoftEntra: { acceptLegacyGroupSchema: true } },
        }),
    ],
};

const tables = Object.values(getAuthTables(options)).map((table) => table.modelName);
const database = memoryAdapter(Object.fromEntries(tables.map((name) => [name, []])));
const auth = betterAuth({ ...options, database });

createServer(toNodeHandler(auth)).listen(port, "127.0.0.1");
