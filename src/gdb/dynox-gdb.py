"""What gdb shows of the types of dynox: values, items, futures and the rest, in place of the members of their structs.

gdb loads it with the shared library where it looks for such files, and otherwise by `source`; docs/debugging.md says how.
It reads memory and calls nothing, so it works with a core file as with a process, and whatever it finds there: what cannot
be read is said in <...>, and depth and counts are bounded by gdb's own settings (print elements, print max-depth).

The members of internal structs are named here as in src/; test/gdb/ fails when they move."""
import datetime
import re

import gdb
import gdb.printing

MOST = 100000       # members, characters or futures, where gdb's settings say "unlimited"
DEEPEST = 64        # as in src/value/item/value.h
BYTES_SHOWN = 32    # of binary values, as in src/value/item/value_print.c
VALUE_TYPES = ["invalid", "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS", "unknown"]
# dynox_member_kind in include/dynox/attribute.h
MEMBER_KINDS = ["none", "text", "chars", "int", "double", "number", "bool", "blob", "compressed", "date", "epoch", "enum",
                "struct", "structs", "texts", "ints", "doubles", "text set", "int set", "double set", "blob set", "value", "item",
                "custom", "base"]
DEEP = MEMBER_KINDS[MEMBER_KINDS.index("struct"):]  # of which a snapshot has more than the struct
STALE = 1 << 63     # as in src/model/record.h
# As in src/async/future/state.h.
DONE, SLEEPERS, CANCEL, TAKEN, CLOSED = 2, 4, 8, 64, 1
DETACHED = 2        # of a continuation: src/async/future/continuation.c
PIN_BITS = 3        # as in src/async/future/future.h


# ---- reading what may be garbage ----

OPTIONS = {"print characters": "max_characters", "print elements": "max_elements", "print max-depth": "max_depth",
           "print pretty": "pretty_structs"}


def option(name, otherwise):
    """That of this print (print -elements 3 -- x) where gdb tells it (13 and later), else what is set."""
    try:
        return getattr(gdb, "print_options", dict)().get(OPTIONS[name], gdb.parameter(name))
    except (RuntimeError, gdb.error):
        return otherwise


def setting(name, otherwise):
    """A number among gdb's settings; 0, -1 and None are how its versions say "unlimited"."""
    number = option(name, otherwise)
    return number if isinstance(number, int) and 0 < number < MOST else MOST


def trouble(error):
    if isinstance(error, gdb.MemoryError):
        return f"<not readable: {error}>"
    words = str(error)
    return "<optimized out>" if "optimized out" in words else f"<{words or type(error).__name__}>"


def careful(function):
    """Whatever goes wrong inside becomes a text."""
    def carefully(*arguments):
        try:
            return function(*arguments)
        except Exception as error:  # a printer that raises hides the rest of what gdb was asked for
            return trouble(error)
    carefully.__doc__ = function.__doc__
    return carefully


def read(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size)) if size else b""


def plain(data, escaped=""):
    """As dynox_value_print writes text: what is not printable as its code or its bytes."""
    shown = []
    for character in data.decode("utf-8", "surrogateescape"):
        code = ord(character)
        if character in escaped:
            shown.append("\\" + character)
        elif character == "\n":
            shown.append("\\n")
        elif character.isprintable():
            shown.append(character)
        elif code < 0x80:
            shown.append(f"\\u{code:04x}")
        else:
            shown += [f"\\x{byte:02x}" for byte in character.encode("utf-8", "surrogateescape")]
    return "".join(shown)


def whole_characters(data):
    """Without the beginning of a character at the end, where the rest was cut off."""
    for back in range(1, min(4, len(data) + 1)):
        lead = data[-back]
        if lead & 0xC0 != 0x80:
            return data[:-back] if lead >= 0xC0 and back < (2 if lead < 0xE0 else 3 if lead < 0xF0 else 4) else data
    return data


def sized(pointer, length):
    """Bytes at a pointer, as many as gdb shows of a text; and are there more?"""
    address, most = int(pointer), characters()
    if not address and length:
        raise ValueError("NULL")
    if length <= most:
        return read(address, length), False
    return whole_characters(read(address, most)), True


def characters():
    return setting("print characters", setting("print elements", 200))


def until_nul(pointer):
    """The same of a C string. It never reads over a boundary of 256 bytes, behind which there may be no memory."""
    address, most, found = int(pointer), characters(), b""
    while len(found) <= most:
        piece = read(address, 256 - address % 256)
        found += piece.split(b"\0")[0]
        if b"\0" in piece:
            break
        address += len(piece)
    return (found, False) if len(found) <= most else (whole_characters(found[:most]), True)


def quoted(data, more):
    escaped = plain(data, '"\\')
    return f'"{escaped}"' + ("..." if more else "")


def c_text(pointer):
    return quoted(*until_nul(pointer)) if int(pointer) else "NULL"


def word(pointer):
    """A name without quotes; None: NULL."""
    return plain(until_nul(pointer)[0]) if int(pointer) else None


def array_text(array):
    """The C string in a char[]."""
    return plain(array.string("latin-1").encode("latin-1"))


def struct(name, address):
    """*(struct name *)address"""
    return gdb.Value(int(address)).cast(gdb.lookup_type(f"struct {name}").pointer()).dereference()


def private(name, function, address):
    """The same of a struct that only the file of a function knows."""
    block = gdb.block_for_pc(int(function))
    if not block:
        raise gdb.error("no debug information of dynox")
    return gdb.Value(int(address)).cast(gdb.lookup_type(f"struct {name}", block).pointer()).dereference()


def container(name, function, member, address):
    """DYNOX__CONTAINER for such a struct."""
    offset = next(field.bitpos // 8 for field in private(name, function, address).type.fields() if field.name == member)
    return private(name, function, int(address) - offset)


def place_of(function):
    """Name and file of a function."""
    found, line = gdb.block_for_pc(int(function)), gdb.find_pc_line(int(function))
    name = found.function.name if found and found.function else f"{int(function):#x}"
    return name, line.symtab.filename.rsplit("/", 1)[-1] if line.symtab else "?"


# ---- values ----

class Budget:
    """What one print may show at most: of each list or map, and of all of them together."""
    def __init__(self):
        self.each = setting("print elements", 200)
        self.left = min(MOST, 10 * self.each)
        self.deepest = min(DEEPEST, setting("print max-depth", 20))
        self.pretty = bool(option("print pretty", False))

    def members(self, array, count, depth, show, brackets):
        """`show` of each of array[0 .. count)."""
        shown = []
        if depth >= self.deepest and count:
            return f"{brackets[0]}...{brackets[1]}"
        if count and not int(array):
            return f"{brackets[0]}<NULL>{brackets[1]}"
        for index in range(min(count, self.each)):
            if self.left <= 0:
                break
            self.left -= 1
            shown.append(show(self, array[index], depth + 1))
            if "<not readable" in shown[-1]:
                break  # nor is what follows
        if len(shown) < count:
            shown.append("...")
        if not self.pretty or not shown:
            return brackets[0] + ", ".join(shown) + brackets[1]
        margin = "\n" + "  " * depth
        return brackets[0] + f"{margin}  " + f",{margin}  ".join(shown) + margin + brackets[1]


def number_text(value):
    held = int(value["number_"])
    if held == 0:
        data, more = sized(value["as"]["text"], int(value["length"]))
        return plain(data) + ("..." if more else "")
    if held > 3:
        return f"<number held as {held}>"
    return str(value["as"][["", "integer_", "unsigned_", "real_"][held]])


def bytes_text(value):
    length = int(value["length"])
    if length and not int(value["as"]["bytes"]):
        raise ValueError("NULL")
    data = read(int(value["as"]["bytes"]), min(length, BYTES_SHOWN, characters()))
    return f"bytes({length})" + (" " + data.hex() if data else "") + ("..." if len(data) < length else "")


@careful
def value_text(budget, value, depth=0):
    kind, count = int(value["type"]), int(value["length"])
    name, held = VALUE_TYPES[kind] if kind < len(VALUE_TYPES) else None, value["as"]
    if name == "S":
        return quoted(*sized(held["text"], count))
    if name == "N":
        return number_text(value)
    if name == "B":
        return bytes_text(value)
    if name == "BOOL":
        return "true" if int(held["boolean"].cast(gdb.lookup_type("unsigned char"))) else "false"
    if name == "NULL":
        return "null"
    if name == "M":
        return budget.members(held["map"], count, depth, named_text, "{}")
    if name == "L":
        return budget.members(held["list"], count, depth, value_text, "[]")
    if name in ("SS", "NS", "BS"):
        return budget.members(held["list"], count, depth, value_text, ("set(", ")"))
    return name or f"<no value: its type is {kind}>"


@careful
def named_text(budget, named, depth=0):
    return quoted(*sized(named["name"], int(named["name_length"]))) + ": " + value_text(budget, named["value"], depth)


@careful
def item_text(budget, item, depth=0):
    return budget.members(item["attributes"], int(item["count"]), depth, named_text, "{}")


def item_or_none(budget, pointer, depth):
    return item_text(budget, pointer.dereference(), depth) if int(pointer) else "NULL"


@careful
def items_text(budget, items, depth=0):
    return budget.members(items["at"], int(items["count"]), depth, item_or_none, "[]")


@careful
def page_text(budget, page, depth=0):
    text = f"page: {int(page['count'])} matched, {int(page['scanned_count'])} scanned"
    if int(page["last_key"]):
        text += ", goes on behind " + item_text(budget, page["last_key"].dereference(), depth)
    return text + " " + budget.members(page["items"], int(page["item_count"]), depth, item_text, "[]")


@careful
def expr_text(budget, expr, depth=0):
    if int(expr["status_"]):
        return f"refused: {status_name(expr['status_'])}, {c_text(expr['text'])}"
    values = budget.members(expr["values"], int(expr["count"]), depth, value_text, "[]")
    return c_text(expr["text"]) + ("" if values == "[]" else f" with {values}")


# ---- errors and what else is known of a call ----

def status_name(status):
    """The name of an enumerator, or the number of one that this library does not know."""
    return str(status)


def counted(number, what):
    return f"{number} {what}" + ("" if number == 1 else "s")


def reason_text(budget, reason, depth):
    text = word(reason["code"]) or "NULL"
    if int(reason["message"]):
        text += " " + c_text(reason["message"])
    return text + (" " + item_text(budget, reason["item"].dereference(), depth) if int(reason["item"]) else "")


@careful
def error_text(budget, error, depth=0):
    if int(error["status"]) == 0:
        return "DYNOX_OK"
    text, known = status_name(error["status"]), []
    if int(error["code"][0]):
        known.append(array_text(error["code"]))
    if int(error["http_status"]):
        known.append(f"HTTP {int(error['http_status'])}")
    if int(error["request_id"][0]):
        known.append(f"request {array_text(error['request_id'])}")
    if int(error["attempts"]):
        known.append(counted(int(error["attempts"]), "attempt"))
    known += [words for member, words in (("retryable", "retryable"), ("may_have_applied", "may have applied"))
              if bool(error[member])]
    if int(error["message"][0]):
        text += f": {array_text(error['message'])}"
    if known:
        text += f" ({', '.join(known)})"
    if int(error["item"]):
        text += ", item " + item_text(budget, error["item"].dereference(), depth)
    if int(error["reason_count"]):
        text += ", reasons " + budget.members(error["reasons"], int(error["reason_count"]), depth, careful(reason_text), "[]")
    return text


def capacity_text(budget, capacity, depth):
    return f"{float(capacity['units']):g} units of {c_text(capacity['table'])}"


@careful
def info_text(budget, info, depth=0):
    text = counted(int(info["attempts"]), "attempt") + f", {int(info['duration_us'])} us"
    if int(info["request_id"][0]):
        text += f", request {array_text(info['request_id'])}"
    for member, words in (("hedged", "hedged"), ("shared", "the answer of another call"),
                          ("may_have_applied_twice", "may have applied twice")):
        if bool(info[member]):
            text += f", {words}"
    if int(info["capacity"]):
        text += ", consumed " + budget.members(info["capacity"], int(info["capacity_count"]), depth, careful(capacity_text), "[]")
    return text


# ---- futures and streams ----

# Structs in which the continuation that a file attaches lies beside the future that waits.
WAITING = {"then.c": "link", "shield.c": "shield", "delay.c": "limit", "collect.c": "walk", "coroutine.c": "dynox__coroutine"}
# By class: the struct, and its member that is waited for.
AWAITED = {"then": ("link", "input"), "shield": ("shield", "input"), "timeout": ("limit", "input"),
           "walk of a stream": ("walk", "page"), "coroutine": ("dynox__coroutine", "awaited")}


def table_of(call):
    """With a blank in front; empty where it is not known: the request begins with it, if it is about one table."""
    if int(call["table"]):
        return " " + c_text(call["table"])
    written = call["buffer"]
    size = max(0, min(int(written["size"]) - int(call["head_room"]), 300))
    begin = read(int(written["data"]) + int(call["head_room"]), size) if int(written["data"]) else b""
    found = re.match(rb'\{"TableName":("[^"\\]*")', begin)
    return " " + plain(found[1]) if found else ""


def kind_text(future):
    """What it is, such as: call GetItem "users"."""
    kind = word(future["class_"]["name"]) or "future"
    if kind == "call":
        call = struct("dynox__call", future.address)
        return f"call {word(call['operation']['name'])}{table_of(call)}"
    if kind == "coroutine":
        return f"coroutine {word(struct('dynox__coroutine', future.address)['class_']['name'])}"
    return kind


def slot_text(budget, future, depth):
    """The value of a future that has succeeded; None: it has none."""
    slot, type_ = future["value"], future["type"]
    name = word(type_["name"]) if int(type_) else None
    if name is None:
        return f"{int(slot['pointer']):#x} of a type that is not known" if int(slot["pointer"]) else None
    if name.endswith("*"):
        tag, address = name.rstrip("* "), int(slot["pointer"])
        show = SHOWN.get(tag) or (SHOWN[RECORDS] if is_record(gdb.lookup_type(f"struct {tag}")) else None)
        text = f"({name}) {address:#x}"
        return f"{text} {show(budget, struct(tag, address), depth)}" if show and address else text
    if name in ("pointer", "credentials"):
        return f"({name}) {int(slot['pointer']):#x}"
    held = gdb.lookup_type({"bool": "_Bool"}.get(name, name))
    return f"({name}) {slot.address.cast(held.pointer()).dereference()}"


def outcome_text(budget, future, state, depth):
    if int(future["status"]):
        failure = future["failure"]
        return "failed: " + (error_text(budget, failure["error"], depth) if int(failure) else status_name(future["status"]))
    value = "value taken" if state & TAKEN else careful(slot_text)(budget, future, depth)
    return "done" + (f", {value}" if value else "")


@careful
def short_text(address):
    """A future in one or two words, for those that wait and are waited for."""
    future = struct("dynox_future", address)
    done = " (done)" if int(future["state"]) & DONE else ""
    return f"{careful(kind_text)(future)} {int(address):#x}{done}"


@careful
def waiter_text(continuation):
    function, at = continuation["fn"], continuation.address
    name, file = place_of(function)
    if file == "continuation.c":
        callback = container("dynox__callback", function, "continuation", at)
        return f"callback {place_of(callback['fn'])[0]}"
    if file == "combine.c":
        return short_text(container("part", function, "continuation", at)["whole"]["future"].address)
    if file in WAITING:
        return short_text(container(WAITING[file], function, "continuation", at)["future"].address)
    return f"{name} of {file}"


def waiters(future):
    """Newest first. Whether a thread still sleeps on it is not known: one that gave up leaves the mark behind."""
    at, found = int(future["continuations"]), ["perhaps a thread"] if int(future["state"]) & SLEEPERS else []
    while at not in (0, CLOSED) and len(found) < min(MOST, setting("print elements", 200)):
        continuation = struct("dynox__continuation", at)
        if int(continuation["state"]) != DETACHED:
            found.append(waiter_text(continuation))
        at = int(continuation["work"]["next"])
    return found


def awaited(future):
    kind, self_class = word(future["class_"]["name"]), future["class_"]
    if kind in ("gather", "gather_settled", "any", "race"):
        whole = private("combination", self_class["cancel"], future.address)
        count = min(int(whole["count"]), setting("print elements", 200))
        inputs = [int(whole["parts"][index]["input"]) for index in range(count)]
        return [short_text(each) for each in inputs]
    if kind not in AWAITED:
        return []
    name, member = AWAITED[kind]
    address = int(private(name, self_class["sent"], future.address)[member]) & ~PIN_BITS
    return [short_text(address)] if address else []


@careful
def future_text(budget, future, depth=0):
    state, text = int(future["state"]), careful(kind_text)(future)
    if state & DONE:
        text = "" if text == "failed" else f"{text}, "
        return text + outcome_text(budget, future, state, depth)
    text += ", pending"
    if state & CANCEL:
        text += ", cancel asked for"
    if text.startswith("call "):
        attempts = int(struct("dynox__call", future.address)["state_"]["sent"])
        text += f", {counted(attempts, 'attempt')}" if attempts else ""
    if text.startswith("coroutine "):
        text += f" at line {int(struct('dynox__coroutine', future.address)['line'])}"
    if int(future["trace"]) and int(future["trace"]["site"]):
        text += f", made at {word(future['trace']['site'])}"
    for words, others in (("waits for", awaited), ("awaited by", waiters)):
        found = careful(others)(future)
        if found:
            text += f", {words} {found if isinstance(found, str) else ', '.join(found)}"
    return text


def position_text(page, at):
    return f", {int(at)} of {counted(int(page['item_count']), 'item')} of a page handed out" if int(page) else ""


@careful
def stream_text(budget, stream, depth=0):
    kind, address = word(stream["class_"]["name"]) or "?", stream.address
    if kind == "generator":
        coroutine = struct("dynox__generator", address)["coroutine"]
        return "generator" + (f" {word(coroutine['class_']['name'])}" if int(coroutine) else "")
    if kind not in ("query", "list", "parallel scan"):
        return f"{kind} stream"
    scan = kind == "parallel scan"
    own = private("parallel_scan", stream["class_"]["next"], address) if scan else struct("dynox__pages", address)
    text = f"{kind} stream"
    if kind != "list":
        self = own if scan else struct("dynox__query_stream", address)
        table = self["source"]["table"]
        text = (f"stream of {'parallel ' if scan else ''}{word(self['source']['operation']['name'])}"
                + (f" {c_text(table)}" if int(table) else "")
                + f", {counted(int(self['given']), 'item')} so far" + position_text(self["page"], self["at"]))
    if int(own["error"]["status"]):
        return f"{text}, failed: {error_text(budget, own['error'], depth)}"
    return text + (f", fetches {short_text(own['fetching'])}" if not scan and int(own["fetching"]) else "")


# ---- clients ----

def calls_of(service):
    """How many are not over; counted to 1000, since what is read may be garbage."""
    call, count = service["calls"], 0
    while int(call) and count < 1000:
        call, count = call["state_"]["next"], count + 1
    return count


@careful
def client_text(budget, client, depth=0):
    service = client["service"].dereference()
    where, wishes = service["where"], service["wishes"]
    region = next((word(each) for each in (where["region"], wishes["endpoint"]["region"]) if int(each)), None)
    urls = [where["url"], wishes["nodes"], wishes["endpoint"]["url"]]
    if int(service["places"]):
        urls.insert(1, struct("dynox__place", service["places"])["endpoint"]["url"])
    url = next((c_text(each) for each in urls if int(each)), None)
    text = f"client of {url or 'an endpoint that is not known yet'}, region {region or 'not known yet'}"
    calls = calls_of(service)
    return text + (f", {counted(calls, 'call')} in flight" if calls else "") + (", closed" if bool(service["closed"]) else "")


# ---- records of models ----

def is_record(type_):
    """DYNOX_RECORD is its first member, or that of the struct which is."""
    for _ in range(DEEPEST):
        fields = type_.strip_typedefs().fields() if type_.strip_typedefs().code == gdb.TYPE_CODE_STRUCT else []
        if not fields:
            return False
        if fields[0].name == "dynox_record_":
            return True
        type_ = fields[0].type
    return False


def attributes_of(type_):
    """What the program declared of a struct, by member: the array that the macros want beside it. Empty: not found."""
    tag = type_.strip_typedefs().tag
    symbol = gdb.lookup_static_symbol(f"{tag}_attributes") or gdb.lookup_global_symbol(f"{tag}_attributes")
    if not tag or symbol is None:
        return {}
    array = symbol.value()
    if array.is_optimized_out:
        return {}
    first, last = array.type.range()
    return {word(array[index]["member_"]): array[index] for index in range(first, last + 1)}


def date_text(seconds):
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    return moment.isoformat() + "+00:00"


def enum_text(number, attribute):
    names = attribute["inner_"].cast(gdb.lookup_type("dynox_enum_name").pointer())
    for index in range(min(int(attribute["inner_count_"]), 1000)):
        if int(names[index]["value"]) == number:
            return word(names[index]["name"]) or str(number)
    return str(number)


def blob_text(budget, blob, depth):
    size = int(blob["size"])
    data = read(int(blob["bytes"]), min(size, BYTES_SHOWN, characters()))
    return f"bytes({size})" + (" " + data.hex() if data else "") + ("..." if len(data) < size else "")


def element_text(budget, element, depth):
    type_ = element.type.strip_typedefs()
    if type_.code == gdb.TYPE_CODE_STRUCT:
        return blob_text(budget, element, depth) if type_.tag == "dynox_blob" else members_text(budget, element, depth)
    return c_text(element) if type_.code == gdb.TYPE_CODE_PTR else element.format_string(raw=True)


@careful
def member_text(budget, member, kind, attribute, depth):
    """A member as it is stored, by its kind; without an attribute as gdb shows it."""
    if kind in ("text", "compressed"):
        return c_text(member)
    if kind == "chars":
        data = read(int(member.address), int(member.type.sizeof)).split(b"\0")[0]
        return quoted(data[:characters()], len(data) > characters())
    if kind == "number":
        return word(member) or "NULL"
    if kind == "blob":
        return blob_text(budget, member, depth) if int(member["bytes"]) else "NULL"
    if kind in ("date", "epoch"):
        return date_text(int(member)) if int(member) else "none"
    if kind == "enum":
        return enum_text(int(member), attribute)
    if kind == "struct":
        return members_text(budget, member, depth + 1)
    if kind == "value":
        return value_text(budget, member, depth + 1)
    if kind == "item":
        return item_text(budget, member, depth + 1)
    if kind in DEEP and kind != "custom":
        brackets = ("set(", ")") if kind.endswith("set") else "[]"
        return budget.members(member["at"], int(member["count"]), depth + 1, careful(element_text), brackets) \
            if int(member["at"]) else "NULL"
    return member.format_string(max_depth=3)


def members_of(budget, value, depth):
    """Name, kind and text of each, those of a parent first. A member that an attribute says is not there is left out."""
    attributes = attributes_of(value.type)
    for field in value.type.strip_typedefs().fields():
        if field.name == "dynox_record_" or not field.name:
            continue
        attribute, member = attributes.get(field.name), value[field]
        number = int(attribute["kind_"]) if attribute is not None else 0
        kind = MEMBER_KINDS[number] if number < len(MEMBER_KINDS) else "none"
        if kind == "base" or is_record(field.type):
            yield from members_of(budget, member, depth)
            continue
        has = int(attribute["optional"]) if attribute is not None else 0
        if not has or read(int(value.address) + has - 1, 1) != b"\0":
            yield field.name, kind, member_text(budget, member, kind, attribute, depth)


@careful
def members_text(budget, value, depth=0):
    return "{" + ", ".join(f"{name}: {text}" for name, _, text in members_of(budget, value, depth)) + "}"


def changes_of(budget, value, block):
    """What differs from the snapshot, as far as it is shown: inside lists and structs only the program can say."""
    address, count = int(value.address), int(block["count"])
    snapshots, records, stride = block["snapshots"], block["records"], int(block["stride"])
    if not int(snapshots):
        return []
    place = ((address - int(records[0])) // stride if stride
             else next(index for index in range(min(count, MOST)) if int(records[index]) == address))
    snapshot = snapshots[place]["record"]
    if not int(snapshot):
        return []
    was = {name: text for name, _, text in members_of(budget, snapshot.cast(value.type.pointer()).dereference(), 0)}
    return [name for name, kind, text in members_of(budget, value, 0)
            if kind != "none" and kind not in DEEP and was.get(name) != text]


def known_text(budget, value):
    """What the library knows of it. Of a copy made with = that is nothing but whether the original was stored."""
    record = value
    while record.type.strip_typedefs().fields()[0].name != "dynox_record_":
        record = record[record.type.strip_typedefs().fields()[0]]
    record = record["dynox_record_"]
    saved = int(record["saved_"])
    text = "new" if not saved else "updated since it was loaded" if saved & STALE else "stored"
    if not int(record["state_"]) or int(record["home_"]) != int(value.address):
        return text
    block = struct("dynox_record_state", record["state_"])
    if not int(block["records"]):
        return text
    changed = changes_of(budget, value, block)
    return ("loaded" if text == "stored" else text) + (f", changed: {' '.join(changed)}" if changed else "")


@careful
def record_text(budget, value, depth=0):
    known = careful(known_text)(budget, value)
    if known.startswith("<"):
        return known  # nor can its members be read
    return f"{value.type.strip_typedefs().tag or 'record'} ({known}) {members_text(budget, value, depth)}"


# ---- gdb ----

RECORDS = "records"
# By the tag of the struct; records, which have tags of the program's own, by what they begin with.
SHOWN = {"dynox_value": value_text, "dynox_named_value": named_text, "dynox_item": item_text, "dynox_items": items_text,
         "dynox_page": page_text, "dynox_expr": expr_text, "dynox_error": error_text, "dynox_info": info_text,
         "dynox_future": future_text, "dynox_stream": stream_text, "dynox_client": client_text, RECORDS: record_text}
POINTERS = "pointers"


def host(text):
    """As far as the terminal can show it."""
    charset = getattr(gdb, "host_charset", lambda: "utf-8")()
    try:
        return text.encode(charset, "backslashreplace").decode(charset)
    except LookupError:
        return text.encode("ascii", "backslashreplace").decode("ascii")


class Printer:
    """One value, or what a pointer points to behind its type and address."""
    def __init__(self, value, tag, is_pointer):
        self.value, self.tag, self.is_pointer = value, tag, is_pointer

    def to_string(self):
        return host(self.text())

    @careful
    def text(self):
        if not self.is_pointer:
            return SHOWN[self.tag](Budget(), self.value)
        address = int(self.value)
        text = f"({self.value.type}) {address:#x}"
        return f"{text} {careful(self.behind)(address)}" if address else text

    def behind(self, address):
        target = self.value.dereference()
        if not target.type.strip_typedefs().fields():  # the program knows no more of it; the library does
            target = struct(self.tag, address)
        return SHOWN[self.tag](Budget(), target)


class Printers(gdb.printing.PrettyPrinter):
    def __init__(self):
        super().__init__("dynox", [gdb.printing.SubPrettyPrinter(name) for name in (*SHOWN, POINTERS)])

    def enabled_for(self, name):
        return any(each.name == name and each.enabled for each in self.subprinters)

    def find(self, value):
        type_ = value.type.strip_typedefs()
        is_pointer = type_.code == gdb.TYPE_CODE_PTR
        if is_pointer:
            type_ = type_.target().strip_typedefs()
        if type_.code != gdb.TYPE_CODE_STRUCT:
            return None
        tag = type_.tag if type_.tag in SHOWN else RECORDS if is_record(type_) else None
        if not tag or not self.enabled_for(tag):
            return None
        return Printer(value, tag, is_pointer) if not is_pointer or self.enabled_for(POINTERS) else None

    def __call__(self, value):
        try:
            return self.find(value)
        except Exception:  # what it is cannot even be asked: gdb shows it its own way
            return None


class Futures(gdb.Command):
    """Pending futures of dynox, newest first: a line each. Needs DYNOX_DEBUG=1 in the environment of the program.

usage: info dynox-futures [all]      all: also those that are done"""
    def __init__(self):
        super().__init__("info dynox-futures", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        if not int(gdb.parse_and_eval("*(_Bool *)&dynox_debug_on_")):
            print("dynox: nothing is known of its futures: set DYNOX_DEBUG=1 before the program starts")
            return
        symbol = gdb.lookup_global_symbol("dynox_dump_pending")
        if symbol is None:
            raise gdb.GdbError("no debug information of dynox")
        made = gdb.lookup_symbol("registry", symbol.symtab.static_block())[0].value()["newest"]
        for _ in range(min(MOST, setting("print elements", 200))):
            if not int(made):
                return
            future = made["future"].dereference()
            if argument == "all" or not int(future["state"]) & DONE:
                print(host(f"{int(made['future']):#x} {future_text(Budget(), future)}"))
            made = made["next"]
        print("...")


gdb.printing.register_pretty_printer(gdb.current_objfile(), Printers(), replace=True)
Futures()
