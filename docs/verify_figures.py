#!/usr/bin/env python3
"""Computes the public figures about offices again from the log, and compares them with what the site states (docs/log-format.md, section 13).

verify_figures.py URL VKEY   URL: the site; VKEY: its verifier key, taken from elsewhere than the site; verify.py lies beside
Each statement against its signature and its table, each table against every entry of the log, the log against its checkpoint.
The last line is the number of statements. Exit code 0: everything holds; 1: something does not, or nothing is stated; 2: it could
not be checked."""
import collections, hmac, json, re, sys
from verify_measures import Measures
from verify import decoded, fetch, opened, root, sha256, signatures, signed, tiles, wrong

FIELDS = ("received", "replied", "in_time", "rated", "satisfied", "returned", "again")
AFTER = ("told", "told_ok", "called", "called_ok", "bad", "rectified", "in_time", "marked", "marked_ok", "aside", "told_aside")

class Figures:  # what the entries so far say about offices
    def __init__(self):
        self.months, self.matters, self.referred = collections.defaultdict(collections.Counter), {}, collections.defaultdict(list)
        self.disclosed, self.pressed, self.count = collections.Counter(), {}, 0
        self.after, self.bad = collections.defaultdict(collections.Counter), {}
        self.sealed, self.answers, self.drawn, self.called, self.measures = {}, collections.defaultdict(dict), {}, [], Measures()

    def follow(self, kind, x, place):  # what followed a rating: told apart, and what was set aside where it was given
        good, after = isinstance(x.get("g"), int) and x["g"] >= 3, self.after[place]
        if kind == "grade_told":
            by = "called" if x.get("wy") == "call" else "told"
            after[by] += 1; after[by + "_ok"] += good
        elif kind == "criticised": after["bad"] += 1
        elif kind == "rectified": after["rectified"] += 1; after["in_time"] += x.get("lt") is False
        elif kind == "rectification_rated": after["marked"] += 1; after["marked_ok"] += good
        elif kind == "objection_decided" and x.get("up") is True and x.get("of") in self.bad:
            given, signed_one = self.bad.pop(x["of"])
            self.after[given]["aside" if signed_one else "told_aside"] += 1
        if kind in ("rated", "grade_told") and not good: self.bad[self.count - 1] = place, kind == "rated"

    def draw(self, kind, x, month, entry):  # which answers were drawn for a call-back (section 14)
        leaf, of, said = self.count - 1, x.get("q"), "the draw of %s, entry %d" % (x.get("q"), self.count - 1)
        if kind == "draw_sealed":
            if of != month or of in self.sealed: wrong.append(said + ": committed to at another time, or again")
            self.sealed[of] = x.get("c"), x.get("n")
        elif kind == "delivered" and month in self.sealed: self.answers[month][leaf] = sha256(b"\0" + entry)
        elif kind == "called_back" and "dr" in x:
            known = next((all_of for all_of in self.drawn.values() if x["dr"] in all_of), None)
            if known: known[x["dr"]] = [1, int(known[x["dr"]][1] or x.get("re") is True)]
            else: self.called.append((x["dr"], int(x.get("re") is True)))
        elif kind == "draw_opened":
            secret = bytes.fromhex(x.get("s", ""))
            if of not in self.sealed or sha256(secret).hex() != self.sealed[of][0]:
                wrong.append(said + ": not the secret the site committed itself to"); return
            among, one_in = self.answers.pop(of, {}), self.sealed[of][1]
            ticket = lambda h: int.from_bytes(hmac.digest(secret, (32).to_bytes(8, "big") + h, "sha256")[:8], "big")
            drawn = {leaf: [0, 0] for leaf, h in among.items() if ticket(h) % one_in == 0}
            for leaf, reached in self.called:
                if leaf in drawn: drawn[leaf] = [1, int(drawn[leaf][1] or reached)]
                elif leaf in among: wrong.append("the answer at %d was called back as drawn, and was not" % leaf)
            self.called = [one for one in self.called if one[0] not in among]
            self.drawn[of] = drawn

    def take(self, entry):
        self.count += 1
        try: fact = json.loads(entry)
        except ValueError: return
        if not isinstance(fact, dict): return
        kind, m, day, office = (fact[name] if isinstance(fact.get(name), str) else "" for name in ("k", "m", "d", "o"))
        x, month = fact["x"] if isinstance(fact.get("x"), dict) else {}, day[:7]
        self.draw(kind, x, month, entry)
        if kind == "handed_out": self.disclosed[month, x.get("g", "")] += 1; return
        if kind == "pressed_counted": self.pressed[x.get("q", "")] = x.get("n", 0); return
        if not re.fullmatch("[0-9a-f]+", m): return
        if kind == "filed": self.matters.setdefault(m, {"owner": "", "due": "", "open": True, "owing": True})
        matter = self.matters.get(m)
        self.measures.take(self.count - 1, kind, x, m, day, office, matter and matter["owner"], matter is not None)
        if matter is None: return
        self.follow(kind, x, (month, office))
        count = self.months[month, office]
        if kind == "filed": matter["owner"] = office; count["received"] += 1
        elif kind == "replied":
            count["replied"] += 1; count["in_time"] += day <= matter["due"]; matter["owing"] = False
        elif kind == "rated": count["rated"] += 1; count["satisfied"] += x.get("g", 0) >= 3
        elif kind in ("returned", "disputed"): count["returned"] += 1
        elif kind == "came_again": count["again"] += 1
        elif kind == "referral_reported":
            self.months[month, x.get("to", "")]["returned"] += 1; self.referred[m].append((month, x.get("to", "")))
        elif kind == "referral_answered":
            found = next((one for one in self.referred[m] if one[1] == office), None)
            if found:
                self.referred[m].remove(found)
                if x.get("ad") is False: self.months[found]["returned"] -= 1  # it was counted when reported, and is denied
        elif kind == "reopened": matter["open"] = matter["owing"] = True
        elif kind in ("closed", "withdrawn", "not_accepted"): matter["open"] = matter["owing"] = False
        elif kind == "taken": matter["owner"] = office
        elif kind in ("arbitrated", "moved"): matter["owner"] = x.get("to", "")
        if "due" in x and not kind.startswith(("review", "recheck")): matter["due"] = x["due"]

    def table(self, name):
        what, _, of = name.partition(" ")
        if what == "offices": rows = {o: [c[f] for f in FIELDS] for (m, o), c in self.months.items() if m == of and any(c.values())}
        elif what == "overdue":
            late = (one["owner"] for one in self.matters.values() if one["open"] and one["owing"] and one["due"] < of)
            rows = {office: [count] for office, count in collections.Counter(late).items()}
        elif what == "followup": rows = {o: [c[f] for f in AFTER] for (m, o), c in self.after.items() if m == of and any(c.values())}
        elif what == "draw" and of in self.drawn: rows = {str(leaf): said for leaf, said in self.drawn[of].items()}
        elif what == "disclosed": rows = {ground: [count] for (month, ground), count in self.disclosed.items() if month == of}
        elif what in ("measured", "work"): rows = self.measures.table(what, of, lambda m: self.matters[m]["owner"])
        elif name == "pressed": rows = {quarter: [count] for quarter, count in self.pressed.items()}
        else: return None
        return "".join("\t".join([code] + [str(n) for n in rows[code]]) + "\n" for code in sorted(rows))

    def names(self):  # without the day of "overdue", which the site chooses
        after = {"followup " + month for (month, _), c in self.after.items() if any(c.values())}
        return after | self.measures.names() | {"draw " + month for month in self.drawn} | {"offices " + month for (month, _), c in self.months.items() if any(c.values())} | {"pressed"} | {
            "disclosed " + month for month, _ in self.disclosed}

def main():
    if len(sys.argv) != 3: sys.exit(__doc__)
    url, vkey = sys.argv[1].rstrip("/"), sys.argv[2]
    served = json.loads(fetch(url + "/figures/statements"))["statements"]
    if not served: wrong.append("the site states no figures")
    stated = collections.defaultdict(dict)
    for one in served:
        name, key, text, found = signatures(one["statement"], vkey)
        if not found or not all(key[0] == 1 and signed(key[1:], text.encode(), sig) for sig in found):
            wrong.append("a statement is not signed by this key"); continue
        first, origin, size, stood, table, total = text[:-1].split("\n")
        if first != "minsheng.figures/1" or origin != name: wrong.append("%s: stated of another log" % table)
        if total != sha256(one["table"].encode()).hex(): wrong.append("%s: the table is not the one that was signed" % table)
        stated[int(size)][table] = (stood, one["table"])
    _, size, note_root = opened(fetch(url + "/log/checkpoint").decode(), vkey)[:3]
    figures, leaves = Figures(), []
    for _, _, bundle in tiles(url + "/log", "entries", max([int(size)] + list(stated))):
        while bundle:
            end = 2 + int.from_bytes(bundle[:2], "big")
            leaves.append(sha256(b"\0" + bundle[2:end])); figures.take(bundle[2:end])
            bundle = bundle[end:]
            for table, (stood, text) in stated.get(len(leaves), {}).items():
                if decoded(stood) != root(leaves): wrong.append("%s: stated of a log with another root" % table)
                if figures.table(table) != text: wrong.append("%s: stated is %r, the log says %r" % (table, text, figures.table(table)))
            if len(leaves) in stated:
                wrong.extend("%s: none is stated" % name for name in sorted(figures.names() - set(stated[len(leaves)])))
    if root(leaves[:int(size)]) != decoded(note_root): wrong.append("the entries do not lead to the root of the checkpoint")
    print("%d statements, computed again from %d entries" % (len(served), len(leaves)))
    print("\n".join("WRONG " + line for line in wrong) or "everything holds", len(served), sep="\n")
    return 1 if wrong else 0

if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError, KeyError, IndexError) as why:
        print("\n".join(wrong + ["could not be checked to the end: %s" % why]), file=sys.stderr)
        sys.exit(1 if wrong else 2)
