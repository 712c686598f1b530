"""The models of the pydynox tests, once, for all of its scripts; pydynox_models.h has the same in C.

What pydynox 1.8.0 puts on the wire, as a recording proxy saw it, and what it can read back:

    attribute                     it writes                                  it reads, too              it cannot read
    ----------------------------- ------------------------------------------ -------------------------- ------------------
    String                        S, also ""                                 anything, as it is
    Number: int; float            N "42"; N "1.0", "1e+20", "1e-07", "-0.0"  N; a fraction as a float   exact decimals
    Decimal                       N with an exponent, without trailing       N, exactly
                                  zeros: 19.990 is "1999E-2", 1E+3 "1E3"
    Boolean, Binary, List, Map    BOOL, B, L, M; None inside is NULL         anything, as it is
    Map of a dataclass            M of every field, None as NULL             M; unknown fields dropped
    StringSet                     L of S; an empty one nothing               SS, L, NULL
    NumberSet                     L of S ("1", "2.5"); an empty one nothing  NS, L of S or N, NULL       integers from 2^53
    ListAttribute given a set,    SS, NS, BS                                 the same
    or the client given one
    Datetime                      S "2026-01-02T03:04:05+00:00"; the offset  Z, any offset, none (then   N
                                  it was given, none is UTC; a fraction of   naive), fractions, a date
                                  six digits only where there is one         alone
    TTL                           N, whole seconds                           N, S of digits              NULL
    Version                       N, from 1                                  N, S of digits
    Enum                          S of the value, also of an IntEnum: "2"    that S; NULL                its own IntEnums
    JSON                          S: '{"a": 1}', other than ASCII as \\u00e9  S, M, L
    discriminator                 S: the class's name                        other names: the class that was asked
    template                      the key; its parts beside it, as well
    Compressed                    S: ZSTD:, LZ4:, GZIP: and base64; plain    the same                   B; a plain text that
                                  where that is short or no use                                         begins so
    AutoGenerate.ISO8601          S "2026-01-02T03:04:05Z" (a String)

    None at the first save        nothing: the attribute is left out
    None at a later save, update  NULL, also an empty set; it never removes
    first save of a version       PutItem if attribute_not_exists(version)
    a later save                  UpdateItem "SET ..." of what changed and of the version, if version = the old one;
                                  unchanged and without a version: PutItem of all that the model knows
    a save that is refused        the version in the object has gone up all the same: load it again
    update(), update_by_key()     no version: neither checked nor counted
"""
import argparse
import dataclasses
import enum
import os
import sys

from pydynox import AutoGenerate, DynamoDBClient, Model, ModelConfig, set_default_client
from pydynox import attributes as a


class Mood(enum.Enum):
    CALM = "calm"
    BUSY = "busy"


class Rank(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclasses.dataclass
class Address:
    street: str
    city: str
    zip: int = 0
    note: str | None = None


class Person(Model):
    """Every kind of attribute that both sides have."""
    model_config = ModelConfig(table="pydynox")
    pk = a.StringAttribute(partition_key=True, template="PERSON#{email}")
    sk = a.StringAttribute(sort_key=True, template="PROFILE")
    email = a.StringAttribute(required=True)
    name = a.StringAttribute(alias="n")
    age = a.NumberAttribute()
    height = a.NumberAttribute()
    balance = a.DecimalAttribute()
    serial = a.NumberAttribute()
    active = a.BooleanAttribute()
    photo = a.BinaryAttribute()
    tags = a.StringSetAttribute()
    scores = a.NumberSetAttribute()
    ratios = a.NumberSetAttribute()
    path = a.ListAttribute()
    steps = a.ListAttribute()
    mixed = a.ListAttribute()
    address = a.MapAttribute(Address)
    lines = a.ListAttribute()
    settings = a.MapAttribute()
    notes = a.JSONAttribute()
    mood = a.EnumAttribute(Mood)
    born = a.DatetimeAttribute()
    seen = a.DatetimeAttribute()
    expires_at = a.TTLAttribute()
    version = a.VersionAttribute()


class Ranked(Model):
    """What pydynox writes and cannot load again."""
    model_config = ModelConfig(table="pydynox")
    pk = a.StringAttribute(partition_key=True)
    sk = a.StringAttribute(sort_key=True)
    rank = a.EnumAttribute(Rank)


class Animal(Model):
    model_config = ModelConfig(table="pydynox")
    pk = a.StringAttribute(partition_key=True, template="OWNER#{owner}")
    sk = a.StringAttribute(sort_key=True, template="ANIMAL#{name}")
    owner = a.StringAttribute()
    name = a.StringAttribute()
    type = a.StringAttribute(discriminator=True, alias="_type")


class Dog(Animal):
    model_config = ModelConfig(table="pydynox")
    breed = a.StringAttribute()


class Cat(Animal):
    model_config = ModelConfig(table="pydynox")
    indoor = a.BooleanAttribute()


class Paper(Model):
    """Generated values."""
    model_config = ModelConfig(table="pydynox")
    pk = a.StringAttribute(partition_key=True, template="PAPER")
    id = a.StringAttribute(sort_key=True, default=AutoGenerate.ULID, alias="sk")
    made = a.StringAttribute(default=AutoGenerate.ISO8601)
    made_ms = a.NumberAttribute(default=AutoGenerate.EPOCH_MS)


class Letter(Model):
    """Compressed by each algorithm; `short` is stored as it is."""
    model_config = ModelConfig(table="pydynox")
    pk = a.StringAttribute(partition_key=True)
    sk = a.StringAttribute(sort_key=True)
    zstd = a.CompressedAttribute(algorithm=a.CompressionAlgorithm.Zstd)
    lz4 = a.CompressedAttribute(algorithm=a.CompressionAlgorithm.Lz4)
    gzip = a.CompressedAttribute(algorithm=a.CompressionAlgorithm.Gzip)
    short = a.CompressedAttribute()


LETTER = "Ada Lövelace wrote to Charles Babbage. " * 100


class Counter(Model):
    model_config = ModelConfig(table="pydynox")
    pk = a.StringAttribute(partition_key=True)
    sk = a.StringAttribute(sort_key=True)
    value = a.NumberAttribute()
    version = a.VersionAttribute()


class Event(Model):
    """Ten attributes, as the benchmarks of models have."""
    model_config = ModelConfig(table="pydynox")
    pk = a.StringAttribute(partition_key=True)
    sk = a.StringAttribute(sort_key=True)
    name = a.StringAttribute()
    place = a.StringAttribute()
    email = a.StringAttribute()
    text = a.StringAttribute()
    count = a.NumberAttribute()
    price = a.NumberAttribute()
    open = a.BooleanAttribute()
    created_at = a.DatetimeAttribute()


MODELS = (Person, Ranked, Animal, Dog, Cat, Paper, Letter, Counter, Event)


def start(description, *more):
    """Reads the command line, has all models use its table, and makes that. Gives the options and the client;
    options.command is the program behind --, or None."""
    arguments, command = sys.argv[1:], None
    if "--" in arguments:
        at = arguments.index("--")
        arguments, command = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL"))
    parser.add_argument("--table", default="pydynox")
    for name, keywords in more:
        parser.add_argument(name, **keywords)
    options = parser.parse_args(arguments)
    options.command = command
    client = DynamoDBClient(endpoint_url=options.endpoint, region=os.environ.get("AWS_REGION", "us-east-1"))
    set_default_client(client)
    for model in MODELS:
        model.model_config.table = options.table
    if not client.sync_table_exists(options.table):
        client.sync_create_table(options.table, ("pk", "S"), ("sk", "S"), wait=True)
    return options, client


class Checks:
    """Says all that is wrong before it ends."""

    def __init__(self):
        self.done, self.wrong = 0, 0

    def equal(self, what, is_, expected):
        self.done += 1
        if is_ != expected or type(is_) is not type(expected):
            self.wrong += 1
            print(f"FAIL: {what} is {is_!r}, not {expected!r}")

    def end(self):
        print(f"{self.done} checks, {self.wrong} failed")
        sys.exit(1 if self.wrong or not self.done else 0)
