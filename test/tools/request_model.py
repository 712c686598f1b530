#!/usr/bin/env python3
"""Makes src/local/validate/request.inc, the description by which requests are checked, from the public service model.

    python3 test/tools/request_model.py MODELS > src/local/validate/request.inc

MODELS is the folder data/ of the package botocore (PyPI: pip download --no-deps botocore, and unpack it; Debian:
python3-botocore), or that wheel itself. What the service does beyond its model stands in the tables below.
"""
import gzip
import json
import os
import re
import sys
import zipfile

SERVICES = ["dynamodb", "dynamodbstreams"]

# In the order of validate/patterns.c. A new pattern of the model has to be written there first.
PATTERNS = [
    r"[a-zA-Z0-9_.-]+",
    r"\p{Print}+",
    r"[0-9]{12}",
    r"^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$",
    r"^[^\$]+$",
    r"[,;:|\t ]",
    r"[\x20-\x21\x23-\x2B\x2D-\x7E]*",
    r"([0-9a-f]{16})+",
    r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*",
]

# The order in which the service names what an enum may be, where it has been seen to differ from the model's.
ENUM_ORDERS = [
    "ALL_NEW UPDATED_OLD ALL_OLD NONE UPDATED_NEW",
    "B N S",
    "ALL INCLUDE KEYS_ONLY",
    "OR AND",
    "SPECIFIC_ATTRIBUTES COUNT ALL_ATTRIBUTES ALL_PROJECTED_ATTRIBUTES",
    "IN NULL BETWEEN LT NOT_CONTAINS EQ GT NOT_NULL NE LE BEGINS_WITH GE CONTAINS",
]

# Members that the service looks at first, in this order; the others follow as in the model.
MEMBER_ORDERS = {
    "BatchGetItemInput": "ReturnConsumedCapacity RequestItems",
    "BatchWriteItemInput": "ReturnConsumedCapacity ReturnItemCollectionMetrics RequestItems",
    "CreateTableInput": "AttributeDefinitions TableName BillingMode ProvisionedThroughput KeySchema "
                        "LocalSecondaryIndexes GlobalSecondaryIndexes",
    "DeleteItemInput": "ReturnConsumedCapacity TableName ReturnValues ReturnItemCollectionMetrics Key "
                       "ConditionalOperator Expected",
    "GetItemInput": "ReturnConsumedCapacity AttributesToGet TableName Key",
    "ListTablesInput": "Limit ExclusiveStartTableName",
    "ProvisionedThroughput": "WriteCapacityUnits ReadCapacityUnits",
    "PutItemInput": "ReturnConsumedCapacity TableName Item ConditionalOperator Expected ReturnValues "
                    "ReturnItemCollectionMetrics",
    "QueryInput": "Select IndexName ReturnConsumedCapacity QueryFilter TableName ConditionalOperator AttributesToGet "
                  "Limit KeyConditions ExclusiveStartKey",
    "ScanInput": "Select IndexName TotalSegments ReturnConsumedCapacity TableName ConditionalOperator ScanFilter "
                 "Segment Limit AttributesToGet ExclusiveStartKey",
    "UpdateItemInput": "ReturnConsumedCapacity TableName ReturnItemCollectionMetrics ReturnValues Key "
                       "ConditionalOperator Expected AttributeUpdates",
    "UpdateTableInput": "TableName ProvisionedThroughput BillingMode GlobalSecondaryIndexUpdates",
}

# What the service wants although its model does not say so.
ALSO_REQUIRED = {"CreateTableInput": ["AttributeDefinitions", "KeySchema"]}

# A member with a bound of its own: structure, member, the longest it may be.
MEMBER_BOUNDS = {("CreateTableInput", "KeySchema"): 2, ("LocalSecondaryIndex", "KeySchema"): 2,
                 ("TableCreationParameters", "KeySchema"): 2}

# Names of tables are told to be absent, too short or too long before anything else is looked at.
TABLE_NAME_FIRST = ["CreateTable", "DeleteTable", "DescribeTable", "DescribeTimeToLive", "UpdateTable"]

# What has values of attributes in it is not shown in messages, these excepted.
SHOWN = ["TransactGetItemList", "TransactWriteItemList", "PartiQLBatchRequest", "ParameterizedStatements"]

KINDS = {"string": "STRING", "blob": "BLOB", "boolean": "BOOLEAN", "integer": "INTEGER", "long": "LONG",
         "double": "DOUBLE", "float": "DOUBLE", "timestamp": "TIMESTAMP", "list": "LIST", "map": "MAP",
         "structure": "STRUCTURE"}


def read_model(where, service):
    name = f"{service}/2012-08-10/service-2.json"
    if zipfile.is_zipfile(where):
        with zipfile.ZipFile(where) as wheel:
            return json.loads(gzip.decompress(wheel.read(f"botocore/data/{name}.gz")))
    path = os.path.join(where, name)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    with gzip.open(path + ".gz", "rt", encoding="utf-8") as file:
        return json.load(file)


class Description:
    def __init__(self):
        self.pool = {"": "none"}  # text: its name in the pool
        self.shapes = []  # rows, in the order of their numbers
        self.numbers = {}  # name: number
        self.members = []
        self.operations = []

    def text(self, text):
        if text not in self.pool:
            name = re.sub(r"\W+", "_", text)[:40].strip("_")
            if text in PATTERNS:
                name = f"pattern_{PATTERNS.index(text) + 1}"
            self.pool[text] = name if name not in self.pool.values() else f"{name}_{len(self.pool)}"
        return f"AT({self.pool[text]})"

    def has_values(self, shapes, name, seen=()):
        shape = shapes[name]
        if name == "AttributeValue":
            return True
        inner = [shape[key]["shape"] for key in ("member", "value") if key in shape]
        inner += [member["shape"] for member in shape.get("members", {}).values()]
        return any(self.has_values(shapes, other, (*seen, name)) for other in inner if other not in seen)

    def class_of(self, shapes, name):
        shape = shapes[name]
        if shape["type"] == "structure":
            return "com.amazonaws.dynamodb.v20120810." + name
        if shape["type"] == "list":
            return f"java.util.List<{self.class_of(shapes, shape['member']['shape'])}>"
        if shape["type"] == "map":
            return f"java.util.Map<java.lang.String, {self.class_of(shapes, shape['value']['shape'])}>"
        return "java.lang." + {"boolean": "Boolean", "integer": "Integer", "long": "Long", "double": "Double"}.get(
            shape["type"], "String")

    def enum_of(self, values):
        for order in ENUM_ORDERS:
            if sorted(order.split()) == sorted(values):
                values = order.split()
        return self.text("[" + ", ".join(values) + "]")

    def number(self, service, shapes, name, most=None):
        key = re.sub(r'"documentation": "(\\.|[^"\\])*"', "", json.dumps([name, shapes[name], most]))
        if key in self.numbers:
            return self.numbers[key]
        shape = shapes[name]
        kind = KINDS[shape["type"]]
        row = {"kind": kind, "name": name, "pattern": 0, "inner": 0, "count": 0, "key": 0, "words": "0", "flags": [],
               "least": "NO_LEAST", "most": "NO_MOST"}
        if name == "AttributeValue":
            row["flags"].append("IS_VALUE")
        elif kind == "STRUCTURE":
            row["inner"], row["count"] = self.structure(service, shapes, name)
        elif kind in ("LIST", "MAP"):
            row["inner"] = self.number(service, shapes, shape["member" if kind == "LIST" else "value"]["shape"])
        if kind == "MAP":
            row["key"] = self.number(service, shapes, shape["key"]["shape"])
        if self.has_values(shapes, name) and name not in SHOWN:
            row["flags"].append("IS_HIDDEN")
        if name == "TableArn":
            row["flags"].append("IS_TABLE")
            row["pattern"] = 1
        if "pattern" in shape:
            row["pattern"] = PATTERNS.index(shape["pattern"]) + 1
        if "enum" in shape:
            row["words"] = self.enum_of(shape["enum"])
        if shape.get("min") is not None and not (shape["min"] == 0 and kind not in ("INTEGER", "LONG")):
            row["least"] = shape["min"]
        if most is not None or "max" in shape:
            row["most"] = most if most is not None else shape["max"]
        row["class"] = (self.text(name) if kind == "STRUCTURE" else
                        self.text(self.class_of(shapes, shape["value"]["shape"])) if kind == "MAP" else "0")
        self.shapes.append(row)
        self.numbers[key] = len(self.shapes) - 1
        return self.numbers[key]

    def structure(self, service, shapes, name):
        shape = shapes[name]
        names = MEMBER_ORDERS.get(name, "").split()
        assert all(member in shape["members"] for member in names), name
        names += [member for member in shape["members"] if member not in names]
        assert len(names) <= 64, name
        required = shape.get("required", []) + ALSO_REQUIRED.get(name, [])
        rows = []
        for member in names:
            number = self.number(service, shapes, shape["members"][member]["shape"],
                                 MEMBER_BOUNDS.get((name, member)))
            rows.append((member, member in required, number))
        first = len(self.members)
        self.members += rows
        return first, len(rows)

    def add(self, service, model):
        for name, operation in model["operations"].items():
            number = self.number(service, model["shapes"], operation["input"]["shape"])
            self.operations.append((name, service != "dynamodb", name in TABLE_NAME_FIRST, number))

    def write(self, out):
        rows = [f"    {{{self.text(name)}, {len(name)}, {int(streams)}, {int(first)}, {number}}},"
                for name, streams, first, number in sorted(self.operations)]
        members = [f"    {{{self.text(name)}, {len(name)}, {int(required)}, {number}}},"
                   for name, required, number in self.members]
        shapes = ["    {{DYNOX__KIND_{kind}, {pattern}, {flags}, {class}, {inner}, {count}, {key}, {words}, {least}, "
                  "{most}}}, /* {number} {name} */".format(number=number, **{**row, "flags": " | ".join(row["flags"])
                                                                             or "0"})
                  for number, row in enumerate(self.shapes)]
        patterns = [f"    {self.text(pattern)}," for pattern in PATTERNS]
        out.write("/* What requests may be. Made by test/tools/request_model.py from the public service model: do not "
                  "edit. */\n\n/* clang-format off */\nstatic const struct pool {\n")
        for text, name in self.pool.items():
            out.write(f"    char {name}[{len(text) + 1}];\n")
        out.write("} pool = {\n")
        for text in self.pool:
            escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\\\\u", "\\\\\" \"u")
            out.write(f'    "{escaped}",\n')
        out.write("};\n\nstatic const uint16_t patterns[] = {\n" + "\n".join(patterns) + "\n};\n")
        out.write("\nstatic const dynox__request_member members[] = {\n" + "\n".join(members) + "\n};\n")
        out.write("\nstatic const dynox__shape shapes[] = {\n" + "\n".join(shapes) + "\n};\n")
        out.write("\n/* By name. */\nstatic const dynox__request_shape operations[] = {\n" + "\n".join(rows) + "\n};\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    description = Description()
    for service in SERVICES:
        description.add(service, read_model(sys.argv[1], service))
    description.write(sys.stdout)


if __name__ == "__main__":
    main()
