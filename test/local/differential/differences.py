"""Where others answer differently, and why ours is right: each row is a reason and what it looks like. What the service
does is told by its documentation and by what several public suites have seen of it."""

import json

ROWS = []


def alike(thing):
    """Sets and maps have no order."""
    if isinstance(thing, dict):
        return {key: sorted(value) if key in ("SS", "NS", "BS") and isinstance(value, list) else alike(value)
                for key, value in thing.items() if key != "ConsumedCapacity"}
    return [alike(value) for value in thing] if isinstance(thing, list) else thing



def row(reason):
    def keep(test):
        ROWS.append((reason, test))
        return test
    return keep


def reason(case):
    for why, test in ROWS:
        if test(case):
            return f"{case.peer}: {why}"
    return None


@row("an empty Attributes is answered; the service leaves it out")
def _(case):
    return case.peer == "dynalite" and not case.code and case.their_answer.get("Attributes") == {} and \
        "Attributes" not in case.answer


@row("a SPECIFIC_ATTRIBUTES without any, an ALL_PROJECTED_ATTRIBUTES without an index, another Select with a projection "
     "are let through; the service refuses them")
def _(case):
    return case.peer == "dynalite" and not case.their_code and "Select" in case.request and (
        "SPECIFIC_ATTRIBUTES" in case.words or "ALL_PROJECTED_ATTRIBUTES" in case.words or "Cannot specify" in case.words)


@row("a path below something absent, or of another type, is updated in silence; the service refuses it as invalid for "
     "update")
def _(case):
    return any(word in case.text for word in ("REMOVE", "DELETE", "ADD")) and (
        (not case.their_code and "invalid for update" in case.words) or
        (case.their_code in (None, case.code) and "ValidationError" in case.words))


@row("operands of BETWEEN and of order that have no order are let through; the service refuses them where they are "
     "given as values")
def _(case):
    return "Incorrect operand type for operator or function; operator or function:" in case.words and (
        case.their_code in (None, "ConditionalCheckFailedException", "TransactionCanceledException"))


@row("bounds of BETWEEN that are the wrong way round, or of two types, are let through; the service refuses them")
def _(case):
    return case.peer == "dynoxide" and ("The BETWEEN operator requires" in case.words or
                                        "The BETWEEN condition was provided" in case.words)


@row("items with equal keys of an index come in another order, which the service does not promise")
def _(case):
    def items(answer):
        return sorted(json.dumps(item, sort_keys=True) for item in alike(answer).get("Items", []))
    return case.operation == "Query" and "IndexName" in case.request and not case.code and not case.their_code and (
        "Limit" in case.request or items(case.answer) == items(case.their_answer))


@row("an expression in a transaction that is wrong in itself cancels it; the service refuses the request")
def _(case):
    return case.peer == "dynoxide" and case.operation == "TransactWriteItems" and \
        case.code == "ValidationException" and case.their_code == "TransactionCanceledException" and \
        "ValidationError" in case.their_words


@row("two absent operands are equal, so that conditions hold and filters let through what the service does not")
def _(case):
    if case.peer != "dynalite" or not any(sign in case.text for sign in ("=", "<", ">", "BETWEEN", " IN ")):
        return False
    if case.operation in ("Query", "Scan"):
        return case.same_codes() and case.answer.get("Count", 0) != case.their_answer.get("Count", 0)
    return (case.code == "ConditionalCheckFailedException" and case.their_code in (None, "ValidationException")) or \
        (case.code in (None, "ValidationException") and case.their_code == "ConditionalCheckFailedException")


@row("two absent operands differ (<>): the service compares what is absent with nothing")
def _(case):
    return case.peer == "dynoxide" and "<>" in case.text


@row("paths that conflict, or overlap in a transaction, are let through; the service refuses them")
def _(case):
    return "Two document paths" in case.words and case.peer == "dynoxide"


@row("operands of ADD and DELETE are looked at after the condition; the service refuses the expression first")
def _(case):
    return "operator: ADD" in case.words or "operator: DELETE" in case.words


@row("ALL_OLD of an item that was not there shows its key; the service shows nothing")
def _(case):
    return case.peer == "dynoxide" and "ALL_OLD" in case.text and case.answer == {} and \
        case.their_answer.get("Attributes", {}).keys() <= {"pk", "sk"}


@row("unused names are told after the condition has failed; the service refuses them first")
def _(case):
    return case.peer == "dynoxide" and "unused in expressions" in case.words


@row("NOT NOT without parentheses is no syntax")
def _(case):
    return case.peer == "dynalite" and "NOT NOT" in case.text and "Syntax error" in case.their_words


@row("a path below a key attribute of an index is refused, which the service does, too; ours finds nothing there")
def _(case):
    return case.peer == "dynalite" and "Key attributes must be scalars" in case.their_words


@row("operands that have to be distinct are let through; the service refuses them")
def _(case):
    return "must be distinct" in case.words


@row("consistent reads of global indexes are let through by scans; the service refuses them")
def _(case):
    return case.peer == "dynalite" and "Consistent reads are not supported" in case.words


@row("what a local index has not is not there for projections and ALL_ATTRIBUTES; the service fetches the item")
def _(case):
    return '"local"' in case.text and ("ProjectionExpression" in case.text or "ALL_ATTRIBUTES" in case.text) and \
        not case.code and not case.their_code


@row("a starting key outside of the condition or the partition, or too long, is let through; the service refuses it")
def _(case):
    return case.peer == "dynoxide" and not case.their_code and "ExclusiveStartKey" in case.request and \
        case.code == "ValidationException"


@row("a scan goes on in another order: by another hash")
def _(case):
    return case.operation == "Scan" and "ExclusiveStartKey" in case.request and not case.code and not case.their_code


@row("older conditions take operands of any type for any operator; the service has a list of those that go together")
def _(case):
    return case.words.startswith("One or more parameter values were invalid: ") and (
        " is not valid for " in case.words or "must be of same type" in case.words) and \
        case.their_code in (None, "ConditionalCheckFailedException")


@row("EQ and NE of older filters take no BOOL, NULL, L or M, which the service has taken since it has these types")
def _(case):
    return case.peer == "dynalite" and "ComparisonOperator" in case.their_words and " is not valid for " in case.their_words


@row("what is left at the path of an element that was removed: all of the list; the service shows the element")
def _(case):
    return case.peer == "dynoxide" and "UPDATED_" in case.text and "REMOVE" in case.text and "[" in \
        case.request.get("UpdateExpression", "") and not case.code and not case.their_code


@row("OR of older conditions is false if the first one is, and Exists does not look at Value")
def _(case):
    return case.peer == "dynalite" and ("ConditionalOperator" in case.request or '"Exists": true' in case.text)


@row("an operand in parentheses is no syntax")
def _(case):
    return case.peer == "dynoxide" and "Expected operand, got (" in case.their_words


@row("an element set beyond the end of a list leaves a gap of NULL; the service appends it")
def _(case):
    return case.peer == "dynoxide" and "SET" in case.text and "[" in case.text and '{"NULL": true}' in \
        json.dumps(case.their_answer) and not case.code and not case.their_code


@row("fails with an error of its own (500)")
def _(case):
    return case.their_code and case.their_code.startswith("(no JSON")


@row("lets through what the service refuses")
def _(case):
    return case.peer == "moto" and case.code == "ValidationException" and (
        case.their_code in (None, "ConditionalCheckFailedException", "TransactionCanceledException"))


@row("what an action of a transaction cannot do refuses the request; the service cancels the transaction with a reason")
def _(case):
    return case.peer == "moto" and case.code == "TransactionCanceledException" and case.their_code == "ValidationException"


@row("a filter on what an item has not is an error; a comparison with nothing is false")
def _(case):
    return case.peer == "moto" and "Bad Filter Expression" in case.their_words


@row("an update that was refused has been done in part")
def _(case):
    return case.peer == "moto" and "after" in case.request


@row("UPDATED_OLD and UPDATED_NEW show the key, or whole attributes; the service shows what lies at the paths")
def _(case):
    return case.peer == "moto" and "UPDATED_" in case.text and not case.code and not case.their_code


@row("what is absent is IN every list, is equal to what is absent, and NOT of that is false; a comparison with nothing "
     "is false")
def _(case):
    if case.peer != "moto" or not any(sign in case.text for sign in (" IN ", "=", "<", ">", "NOT")):
        return False
    if case.operation in ("Query", "Scan"):
        return not case.code and not case.their_code and "FilterExpression" in case.request
    return {case.code, case.their_code} <= {None, "ConditionalCheckFailedException", "TransactionCanceledException",
                                            "ValidationException"} and "ConditionExpression" in case.text


@row("older parameters are only roughly there: Exists with a Value, NE and EQ of what is absent, PUT of NULL, "
     "AttributesToGet, a set that DELETE has emptied")
def _(case):
    return case.peer == "moto" and any(name in case.request for name in (
        "Expected", "AttributeUpdates", "AttributesToGet", "QueryFilter", "ScanFilter", "KeyConditions"))


@row("a name that stands before an index of a list is taken for unused")
def _(case):
    return case.peer == "moto" and "unused in expressions" in case.their_words


@row("a page that Limit ended at the last item has no LastEvaluatedKey; the service has not looked further, and says so")
def _(case):
    return case.peer == "moto" and "Limit" in case.request and "LastEvaluatedKey" in case.answer and \
        "LastEvaluatedKey" not in case.their_answer


@row("if_not_exists of a path below something of another type is an error; there is nothing there")
def _(case):
    return case.peer == "moto" and "if_not_exists" in case.text and "invalid for update" in case.their_words


@row("binaries do not contain binaries")
def _(case):
    return case.peer == "moto" and "contains(" in case.text and '"B":' in case.text
