// A SCIM server as a vendor writes it with SCIMMY: the package's own resource types and routers, and handlers that
// keep users and groups in memory. What SCIMMY answers is left as it is: nothing here is made to please a test.
// Started as: SCIM_TOKEN=… node server.mjs PORT

import { randomUUID } from "node:crypto";
import express from "express";
import SCIMMY from "scimmy";
import SCIMMYRouters from "scimmy-routers";

const users = new Map();
const groups = new Map();

const same = (one, other) => String(one).toLowerCase() === String(other).toLowerCase();

const found = (store, id) => {
    if (!store.has(id)) throw new SCIMMY.Types.Error(404, null, `Resource ${id} not found`);
    return store.get(id);
};

// userName is unique on the server (RFC 7643 section 4.1.1); names of groups are kept unique as Microsoft asks.
const unique = (store, attribute, data, id) => {
    for (const [other, record] of store)
        if (other !== id && same(record[attribute], data[attribute]))
            throw new SCIMMY.Types.Error(409, "uniqueness", `${attribute} "${data[attribute]}" is taken`);
};

// SCIMMY hands over the whole resource, for PATCH too: it has applied the operations to what egress returned.
const save = (store, id, data) => {
    const now = new Date();
    const created = id ? found(store, id).meta.created : now;
    const record = { ...JSON.parse(JSON.stringify(data)), id: id ?? randomUUID(), meta: { created, lastModified: now } };
    store.set(record.id, record);
    return record;
};

const select = (store, resource) => {
    if (resource.id) return found(store, resource.id);
    const records = [...store.values()];
    return resource.filter ? resource.filter.match(records) : records;
};

const remove = (store, id) => {
    found(store, id);
    store.delete(id);
};

const leaveGroups = (id) => {
    for (const group of groups.values())
        if (group.members) group.members = group.members.filter(({ value }) => value !== id);
};

const knownMembers = ({ members = [] }) => {
    for (const { value } of members)
        if (!users.has(value) && !groups.has(value))
            throw new SCIMMY.Types.Error(400, "invalidValue", `Member ${value} does not exist`);
};

SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .extend(SCIMMY.Schemas.EnterpriseUser)
    .ingress((resource, data) => {
        unique(users, "userName", data, resource.id);
        return save(users, resource.id, data);
    })
    .egress((resource) => select(users, resource))
    .degress((resource) => {
        remove(users, resource.id);
        leaveGroups(resource.id);
    });

SCIMMY.Resources.declare(SCIMMY.Resources.Group)
    .ingress((resource, data) => {
        unique(groups, "displayName", data, resource.id);
        knownMembers(data);
        return save(groups, resource.id, data);
    })
    .egress((resource) => select(groups, resource))
    .degress((resource) => remove(groups, resource.id));

const routers = new SCIMMYRouters({
    type: "bearer",
    handler: (request) => {
        if (request.header("Authorization") !== `Bearer ${process.env.SCIM_TOKEN}`)
            throw new Error("The bearer token is missing or wrong");
        return "provisioning";
    },
});

express().use("/scim", routers).listen(Number(process.argv[2]), "127.0.0.1");
