"""Requests for comparing engines: tables, items, expressions of every kind, valid or nearly so. One seed, one course."""
import random
import re

TABLES = [
    {"TableName": "plain", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
     "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "BillingMode": "PAY_PER_REQUEST"},
    {"TableName": "ranged",
     "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
     "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind}
                              for name, kind in (("pk", "S"), ("sk", "N"), ("g", "S"), ("l", "S"))],
     "LocalSecondaryIndexes": [
         {"IndexName": "local", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"]},
          "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}]}],
     "GlobalSecondaryIndexes": [
         {"IndexName": "global", "Projection": {"ProjectionType": "ALL"},
          "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}],
     "BillingMode": "PAY_PER_REQUEST"},
]
NAMES = ["a", "b", "n", "s", "l", "m", "set", "nums"]
COMPARISONS = ["=", "<>", "<", "<=", ">", ">="]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.values = {}  # of the request in the making
        self.names = {}

    def one(self, things):
        return self.random.choice(things)

    def chance(self, of_hundred):
        return self.random.randrange(100) < of_hundred

    # ---- values ----

    def scalar(self):
        return self.one([{"S": self.one(["", "a", "ab", "b", "é", "zz"])}, {"N": self.one(["0", "1", "-1", "2.5", "10"])},
                         {"BOOL": self.chance(50)}, {"NULL": True}, {"B": self.one(["", "AA==", "AAE="])}])

    def value(self, depth=2):
        kind = self.random.randrange(10)
        if kind < 6 or depth == 0:
            return self.scalar()
        if kind == 6:
            return {"L": [self.value(depth - 1) for _ in range(self.random.randrange(4))]}
        if kind == 7:
            return {"M": {self.one(["x", "y", "z"]): self.value(depth - 1) for _ in range(self.random.randrange(3))}}
        if kind == 8:
            return {"SS": self.random.sample(["a", "ab", "b", "c"], self.random.randrange(1, 4))}
        return {"NS": self.random.sample(["0", "1", "2.5", "-7"], self.random.randrange(1, 4))}

    def item(self, table):
        item = {**self.key(table)}
        for name in self.random.sample(NAMES, self.random.randrange(6)):
            if table == "ranged" and name == "l":
                continue
            item[name] = self.value()
        if table == "ranged":
            if self.chance(60):
                item["g"] = {"S": self.one("xy")}
            if self.chance(60):
                item["l"] = {"S": self.one("pqr")}
        return item

    def key(self, table):
        key = {"pk": {"S": self.one("abc")}}
        if table == "ranged":
            key["sk"] = {"N": str(self.random.randrange(6))}
        return key

    # ---- expressions ----

    def begin(self):
        self.values, self.names = {}, {}

    def given(self, value):
        name = f":v{len(self.values)}"
        self.values[name] = value
        return name

    def name(self, name):
        if name in ("set",) or self.chance(30):
            placeholder = f"#{name}"
            self.names[placeholder] = name
            return placeholder
        return name

    def path(self, names=NAMES):
        path = self.name(self.one(names))
        while self.chance(20):
            path += self.one([".x", ".y", "[0]", "[1]", "[2]"])
        return path

    def operand(self, names):
        kind = self.random.randrange(10)
        if kind < 5:
            return self.given(self.value(1))
        return self.path(names) if kind < 9 else f"size({self.path(names)})"

    def condition(self, names=NAMES, depth=3):
        kind = self.random.randrange(14)
        if depth and kind < 2:
            return f"{self.condition(names, depth - 1)} {self.one(['AND', 'OR'])} {self.condition(names, depth - 1)}"
        if depth and kind == 2:
            return f"({self.condition(names, depth - 1)})"
        if depth and kind == 3:
            return f"NOT {self.condition(names, depth - 1)}"
        path = self.path(names)
        if kind == 4:
            return f"{path} BETWEEN {self.operand(names)} AND {self.operand(names)}"
        if kind == 5:
            return f"{path} IN ({', '.join(self.operand(names) for _ in range(self.random.randrange(1, 4)))})"
        if kind == 6:
            return f"attribute_exists({path})"
        if kind == 7:
            return f"attribute_not_exists({path})"
        if kind == 8:
            kinds = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"]
            return f"attribute_type({path}, {self.given({'S': self.one(kinds)})})"
        if kind == 9:
            return f"begins_with({path}, {self.given(self.scalar())})"
        if kind == 10:
            return f"contains({path}, {self.given(self.scalar())})"
        if kind == 11:
            return f"size({path}) {self.one(COMPARISONS)} {self.given({'N': self.one('0123')})}"
        return f"{path} {self.one(COMPARISONS)} {self.operand(names)}"

    def update(self, names=NAMES):
        sections = []
        if self.chance(70):
            sets = []
            for _ in range(self.random.randrange(1, 3)):
                path, kind = self.path(names), self.random.randrange(6)
                value = self.given(self.value())
                sets.append(f"{path} = " + [
                    value, self.path(names), f"if_not_exists({self.path(names)}, {value})",
                    f"{path} {self.one('+-')} {value}", f"list_append({path}, {value})",
                    f"{self.path(names)} + {value}"][kind])
            sections.append("SET " + ", ".join(sets))
        if self.chance(30):
            sections.append("REMOVE " + ", ".join(self.path(names) for _ in range(self.random.randrange(1, 3))))
        if self.chance(30):
            sections.append(f"ADD {self.path(names)} {self.given(self.one([{'N': '1'}, {'NS': ['1', '3']}, {'SS': ['q']}, self.value()]))}")
        if self.chance(20):
            sections.append(f"DELETE {self.path(names)} {self.given(self.one([{'SS': ['a', 'b']}, {'NS': ['1']}, self.value()]))}")
        self.random.shuffle(sections)
        return " ".join(sections) or f"REMOVE {self.path(names)}"

    def projection(self):
        return ", ".join(self.path() for _ in range(self.random.randrange(1, 4)))

    def spoil(self, text):
        """Some expressions lose or repeat a token."""
        if not self.chance(8):
            return text
        tokens = text.split(" ")
        at = self.random.randrange(len(tokens))
        tokens[at:at + 1] = self.one([[], [tokens[at]] * 2, ["="], ["AND"], [")"]])
        return " ".join(tokens)

    def placeholders(self, request):
        """Those that the expressions have come to use."""
        used = set(re.findall(r"[#:]\w+", " ".join(text for name, text in request.items() if name.endswith("Expression"))))
        for member, given in (("ExpressionAttributeValues", self.values), ("ExpressionAttributeNames", self.names)):
            kept = {name: value for name, value in given.items() if name in used}
            if kept:
                request[member] = kept
        if self.chance(2):
            request.setdefault("ExpressionAttributeNames", {})["#unused"] = "unused"
        return request

    # ---- requests ----

    def table(self):
        return self.one(["plain", "ranged"])

    def put(self):
        table = self.table()
        request = {"TableName": table, "Item": self.item(table)}
        if self.chance(30):
            request["ConditionExpression"] = self.spoil(self.condition())
        if self.chance(30):
            request["ReturnValues"] = self.one(["NONE", "ALL_OLD", "ALL_NEW"])
        return "PutItem", request

    def update_item(self):
        table = self.table()
        names = [name for name in NAMES if table == "plain" or name != "l"]
        request = {"TableName": table, "Key": self.key(table), "UpdateExpression": self.spoil(self.update(names))}
        if self.chance(30):
            request["ConditionExpression"] = self.condition()
        request["ReturnValues"] = self.one(["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
        return "UpdateItem", request

    def delete(self):
        table = self.table()
        request = {"TableName": table, "Key": self.key(table)}
        if self.chance(50):
            request["ConditionExpression"] = self.condition()
        if self.chance(50):
            request["ReturnValues"] = "ALL_OLD"
        return "DeleteItem", request

    def get(self):
        table = self.table()
        request = {"TableName": table, "Key": self.key(table)}
        if self.chance(70):
            request["ProjectionExpression"] = self.spoil(self.projection())
        return "GetItem", request

    def query(self):
        index = self.one([None, None, "local", "global"])
        partition, sort = {None: ("pk", "sk"), "local": ("pk", "l"), "global": ("g", "sk")}[index]
        condition = f"{partition} = {self.given({'S': self.one('abcxy')})}"
        kind = {"sk": lambda: {"N": str(self.random.randrange(6))}, "l": lambda: {"S": self.one("pqr")}}[sort]
        if self.chance(60):
            condition += self.one([
                f" AND {sort} {self.one(['=', '<', '<=', '>', '>='])} {self.given(kind())}",
                f" AND {sort} BETWEEN {self.given(kind())} AND {self.given(kind())}"])
        request = {"TableName": "ranged", "KeyConditionExpression": self.spoil(condition)}
        if index:
            request["IndexName"] = index
        if self.chance(30):
            request["ScanIndexForward"] = False
        if index == "local" and self.chance(30):
            request["Select"] = "ALL_ATTRIBUTES"
        self.reading(request)
        return "Query", request

    def scan(self):
        request = {"TableName": self.table()}
        if request["TableName"] == "ranged" and self.chance(30):
            request["IndexName"] = self.one(["local", "global"])
        self.reading(request, limits=False)
        return "Scan", request

    def reading(self, request, limits=True):
        names = [name for name in NAMES if name != "l"]
        if self.chance(40):
            request["FilterExpression"] = self.condition(names)
        if self.chance(20):
            request["Select"] = self.one(["COUNT", "ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"])
        elif self.chance(20) and "Select" not in request:
            request["ProjectionExpression"] = self.projection()
        if limits and self.chance(30):
            request["Limit"] = self.random.randrange(1, 5)
        if self.chance(20):
            request["ConsistentRead"] = True

    def batch_write(self):
        requests = {}
        for _ in range(self.random.randrange(1, 5)):
            table = self.table()
            requests.setdefault(table, []).append(self.one([
                {"PutRequest": {"Item": self.item(table)}}, {"DeleteRequest": {"Key": self.key(table)}}]))
        return "BatchWriteItem", {"RequestItems": requests}

    def batch_get(self):
        requests = {}
        for _ in range(self.random.randrange(1, 5)):
            table = self.table()
            requests.setdefault(table, {"Keys": []})["Keys"].append(self.key(table))
        return "BatchGetItem", {"RequestItems": requests}

    def transact_write(self):
        actions = []
        for _ in range(self.random.randrange(1, 4)):
            self.begin()
            table = self.table()
            kind = self.one(["Put", "Update", "Delete", "ConditionCheck"])
            action = {"TableName": table}
            if kind == "Put":
                action["Item"] = self.item(table)
            else:
                action["Key"] = self.key(table)
            if kind == "Update":
                action["UpdateExpression"] = self.update([name for name in NAMES if name != "l"])
            if kind == "ConditionCheck" or self.chance(30):
                action["ConditionExpression"] = self.condition()
                if self.chance(50):
                    action["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
            actions.append({kind: self.placeholders(action)})
        self.begin()
        return "TransactWriteItems", {"TransactItems": actions}

    def transact_get(self):
        actions = []
        for _ in range(self.random.randrange(1, 4)):
            table = self.table()
            actions.append({"Get": {"TableName": table, "Key": self.key(table)}})
        return "TransactGetItems", {"TransactItems": actions}

    # ---- the older parameters ----

    def older_condition(self, expected):
        kind = self.one(["EQ", "NE", "LE", "LT", "GE", "GT", "NULL", "NOT_NULL", "CONTAINS", "NOT_CONTAINS",
                         "BEGINS_WITH", "IN", "BETWEEN"])
        if expected and self.chance(20):
            return self.one([{"Exists": False}, {"Value": self.scalar()}, {"Exists": True, "Value": self.scalar()}])
        condition = {"ComparisonOperator": kind}
        count = {"NULL": 0, "NOT_NULL": 0, "BETWEEN": 2, "IN": self.random.randrange(1, 3)}.get(kind, 1)
        if self.chance(5):
            count += 1
        if count:
            first = self.scalar()
            condition["AttributeValueList"] = [first] + [self.one([first, self.scalar()]) for _ in range(count - 1)]
        return condition

    def older_conditions(self, expected=False):
        names = [name for name in NAMES if name != "l"]
        return {name: self.older_condition(expected)
                for name in self.random.sample(names, self.random.randrange(1, 3))}

    def older_write(self):
        table = self.table()
        operation = self.one(["PutItem", "DeleteItem", "UpdateItem"])
        request = {"TableName": table, "Expected": self.older_conditions(True)}
        if operation == "PutItem":
            request["Item"] = self.item(table)
        else:
            request["Key"] = self.key(table)
        if len(request["Expected"]) > 1 and self.chance(50):
            request["ConditionalOperator"] = self.one(["AND", "OR"])
        if operation == "UpdateItem":
            self.older_updates(request)
        return operation, request

    def older_updates(self, request):
        updates = request["AttributeUpdates"] = {}
        for name in self.random.sample([name for name in NAMES if name != "l"], self.random.randrange(1, 3)):
            action = self.one(["PUT", "DELETE", "ADD", None])
            updates[name] = {} if action is None else {"Action": action}
            if action != "DELETE" or self.chance(50):
                updates[name]["Value"] = {"ADD": lambda: self.one([{"N": "1"}, {"NS": ["1", "5"]}, {"SS": ["a", "q"]},
                                                                   self.value()]),
                                          "DELETE": lambda: self.one([{"SS": ["a", "b"]}, {"NS": ["1"]}, self.scalar()]),
                                          }.get(action, self.value)()
        request["ReturnValues"] = self.one(["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE"])

    def older_update(self):
        table = self.table()
        request = {"TableName": table, "Key": self.key(table)}
        self.older_updates(request)
        return "UpdateItem", request

    def older_query(self):
        sort = {"ComparisonOperator": self.one(["EQ", "LT", "LE", "GT", "GE", "BETWEEN", "NE"])}
        values = sorted(str(self.random.randrange(6)) for _ in range(2 if sort["ComparisonOperator"] == "BETWEEN" else 1))
        sort["AttributeValueList"] = [{"N": value} for value in values]
        conditions = {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": self.one("abc")}]}}
        if self.chance(60):
            conditions["sk"] = sort
        request = {"TableName": "ranged", "KeyConditions": conditions}
        if self.chance(50):
            request["QueryFilter"] = self.older_conditions()
        if self.chance(30):
            request["AttributesToGet"] = self.random.sample(NAMES, 2)
        return "Query", request

    def older_scan(self):
        return "Scan", {"TableName": self.table(), "ScanFilter": self.older_conditions()}

    # ---- wrong keys and starts ----

    def wrong_key(self, table):
        key = self.key(table)
        kind = self.random.randrange(5)
        if kind == 0:
            key.pop(self.one(sorted(key)))
        elif kind == 1:
            key["extra"] = {"S": "x"}
        elif kind == 2:
            key[self.one(sorted(key))] = self.one([{"BOOL": True}, {"B": "AA=="}, {"S": "x"}, {"N": "1"}])
        elif kind == 3:
            key["pk"] = {"S": ""}
        else:
            key["pk"] = {"S": "x" * 2049}
        return key

    def wrong(self):
        table = self.table()
        key = self.wrong_key(table)
        return self.one([
            ("GetItem", {"TableName": table, "Key": key}), ("DeleteItem", {"TableName": table, "Key": key}),
            ("UpdateItem", {"TableName": table, "Key": key}), ("PutItem", {"TableName": table, "Item": key}),
            ("BatchGetItem", {"RequestItems": {table: {"Keys": [key]}}}),
            ("BatchWriteItem", {"RequestItems": {table: [{"DeleteRequest": {"Key": key}}]}}),
            ("BatchWriteItem", {"RequestItems": {table: [{"PutRequest": {"Item": key}}]}})])

    def start(self):
        key = self.one([self.key, self.wrong_key])("ranged")
        request = {"TableName": "ranged", "ExclusiveStartKey": key}
        if self.chance(30):
            request["IndexName"] = self.one(["local", "global"])
            key.update(self.one([{}, {"l": {"S": "q"}}, {"g": {"S": "x"}}, {"g": {"N": "1"}}]))
        if self.chance(50):
            request["Select"] = "COUNT"  # of a scan in another order nothing else can be said
            return "Scan", {**request, "Limit": 1}
        request["KeyConditionExpression"] = f"pk = {self.given({'S': self.one('abc')})}"
        if self.chance(40):
            request["KeyConditionExpression"] += f" AND sk > {self.given({'N': self.one('0123')})}"
        return "Query", request

    def request(self):
        self.begin()
        makers = ([self.put] * 5 + [self.update_item] * 8 + [self.delete] * 2 + [self.get] * 3 + [self.query] * 5 +
                  [self.scan] * 3 + [self.batch_write, self.batch_get, self.transact_write, self.transact_get] +
                  [self.transact_write, self.older_write, self.older_update, self.older_query, self.older_scan] +
                  [self.wrong, self.start])
        operation, request = self.one(makers)()
        if "RequestItems" not in request and "TransactItems" not in request:
            self.placeholders(request)
        return operation, request
