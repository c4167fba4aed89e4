#!/usr/bin/env python3
"""A vendor driver for vfiomig that is a program: a line of JSON in, a line of JSON out.

Two sizes of a card; the state of the same size is accepted when the major version is equal and the minor is not newer. A device counts its moves.
"""
import base64
import json
import re
import sys

VERSION = (1, 2)
TYPES = {"half": 2, "quarter": 4}
devices = {}


class Refusal(Exception):
    """errno, message"""


def version_of(kind):
    return "acme-%d.%d-%s" % (*VERSION, kind)


def driver(_):
    return {"types": [
        {"name": name, "pretty_name": "ACME " + name, "description": "a %s of the card" % name, "max_instances": fit,
         "memory_mb": 1, "migration": True}
        for name, fit in TYPES.items()]}


def create(params):
    if len(devices) >= 4 and not params["restored"]:
        raise Refusal("ENOSPC", "the card has four ports")
    devices[params["uuid"]] = {"type": params["type"], "moves": 0}
    return {}


def remove(params):
    devices.pop(params["uuid"], None)
    return {}


def save(params):
    return {"state": base64.b64encode(json.dumps(devices[params["uuid"]]).encode()).decode()}


def load(params):
    state = json.loads(base64.b64decode(params["state"]))
    if state["type"] != params["type"]:
        raise Refusal("EINVAL", "the state is of type %s, the device of type %s" % (state["type"], params["type"]))
    devices[params["uuid"]] = {"type": state["type"], "moves": state["moves"] + 1}
    return {}


def reset(params):
    devices[params["uuid"]]["moves"] = 0
    return {}


def version(params):
    return {"version": version_of(params["type"])}


def describe(params):
    return {"fields": [
        {"name": "device_api", "value": "vfio-pci", "kind": "identity"},
        {"name": "mdev_type", "value": params["type"], "kind": "identity"},
        {"name": "software_version", "value": "%d.%d" % VERSION, "kind": "version"}]}


def judge(params):
    def no(rule, reason):
        return {"verdict": "incompatible", "errno": "EINVAL", "rule": rule, "reason": "acme: " + reason,
                "alternatives": [version_of(params["type"])]}

    read = re.fullmatch(r"acme-(\d{1,4})\.(\d{1,4})-(\w+)\n?", params["remote"], re.ASCII)
    if not read:
        return no("format", "not a version string of this driver")
    major, minor, kind = int(read[1]), int(read[2]), read[3]
    if kind != params["type"]:
        return no("type", "a %s is no %s" % (kind, params["type"]))
    if major != VERSION[0] or minor > VERSION[1]:
        return no("software-version", "version %d.%d cannot load %d.%d" % (*VERSION, major, minor))
    return {"verdict": "compatible", "rule": "software-version", "reason": "acme: fits"}


METHODS = {f.__name__: f for f in (driver, create, remove, save, load, reset, version, describe, judge)}

for line in sys.stdin:
    question = json.loads(line)
    answer = {"id": question["id"]}
    try:
        if question["method"] not in METHODS:
            raise Refusal("EOPNOTSUPP", "no such method")
        answer["result"] = METHODS[question["method"]](question["params"])
    except Refusal as refusal:
        answer["error"] = dict(zip(("errno", "message"), refusal.args))
    print(json.dumps(answer), flush=True)
