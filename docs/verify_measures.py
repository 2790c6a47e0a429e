"""What offices are measured by, and what the work of a month came to, counted from the entries of the log (docs/log-format.md, section 13).

verify_figures.py reads it; it lies beside. An item is (month, office, leaf, measure, verdict): 1 for the office, 0 against it, 2 left out."""
import collections

STEPS = ("accepted arbitrated assigned came_again closed criticised disputed escalated extended not_accepted recheck_asked "
         "reception_planned reception_promised rectified reminded reopened replied review_asked withdrawn").split()

def number(day):  # 2026-11-30 as 20261130; nothing for what is no day
    parts = day.split("-") if isinstance(day, str) else [""]
    return sum(int(part) * 100 ** at for at, part in enumerate(reversed(parts))) if all(p.isascii() and p.isdigit() for p in parts) else 0

def plain(value):  # codes hold no blank
    return value if isinstance(value, str) and value and all("!" <= c <= "~" for c in value) else "none"

class Measures:
    def __init__(self):
        self.items, self.changed, self.clocks, self.debts = [], {}, {}, collections.defaultdict(list)
        self.promises, self.reissued, self.newest = collections.Counter(), set(), 0
        self.returns, self.referred = collections.defaultdict(list), collections.defaultdict(list)
        self.months = collections.defaultdict(collections.Counter)

    def put(self, day, office, leaf, measure, verdict): self.items.append((day // 100, office, leaf, measure, verdict))

    def settle(self, m, day, fits, verdict):  # the first debt that fits; it counts where it was due, or settled before
        debt = next((debt for debt in self.debts[m] if fits(debt)), None)
        if debt:
            self.debts[m].remove(debt)
            self.put(min(debt["due"], day), debt["office"], debt["leaf"], debt["measure"], verdict(debt))

    def work(self, kind, x, month, office):
        count = self.months[month]
        if kind == "filed":
            count["ch." + plain(x.get("ch"))] += 1; count["kd." + plain(x.get("kd"))] += 1
            if x.get("kd") == "complaint": count["of." + office] += 1
        elif kind == "handed_down": count["st.handed_down." + plain(x.get("mn"))] += 1
        elif kind == "reception_posted":
            count["st.reception_posted"] += 1; count["st.received"] += x.get("n", 0)
        elif kind == "dossier_opened" and x.get("kd") == "advice": count["ad." + plain(x.get("gr"))] += 1
        elif kind == "dossier_answered" and isinstance(x.get("gr"), str):
            count["an." + plain(x.get("gr"))] += 1
            if x.get("ok") is True: count["ok." + plain(x.get("gr"))] += 1
        elif kind in STEPS: count["st." + kind] += 1

    def take(self, leaf, kind, x, m, day, office, owner, known):  # owner: who held the matter until now; known: it was filed
        today = number(day)
        self.newest = max(self.newest, today)
        self.work(kind, x, today // 100, office)
        if known: self.matter(leaf, kind, x, m, today, office, owner)
        elif kind == "reception_planned": self.owe(m, "sat", office, x.get("on"), leaf, 0)
        elif kind == "reception_cancelled": self.settle(m, today, lambda d: d["measure"] == "sat", lambda d: 2)
        elif kind == "reception_posted": self.settle(m, today, lambda d: d["measure"] == "sat", lambda d: 1)
        elif kind == "reception_promised":
            self.owe(m, "kept", office, x.get("due"), leaf, self.promises[m]); self.promises[m] += 1
        elif kind == "reception_answered" and x.get("st") == "kept":
            self.settle(m, today, lambda d: d["measure"] == "kept" and d["of"] == x.get("no"), lambda d: int(d["due"] >= today))
        elif kind == "assessment_decided" and x.get("up") is True: self.changed[x.get("lf"), x.get("me")] = 2

    def owe(self, m, measure, office, due, leaf, of):
        self.debts[m].append({"measure": measure, "office": office, "due": number(due), "leaf": leaf, "of": of})

    def lapses(self, clock, day): return clock["for"] and not clock["lapsed"] and not clock["paused"] and 0 < clock["due"] < day

    def matter(self, leaf, kind, x, m, day, office, owner):
        clock = self.clocks.setdefault(m, {"for": "", "due": 0, "leaf": 0, "lapsed": False, "paused": False, "owner": owner})
        clock["owner"] = owner
        if self.lapses(clock, day):
            self.put(clock["due"], owner, clock["leaf"], clock["for"], 0); clock["lapsed"] = True
        runs, begun = clock["for"] and not clock["lapsed"], None
        if kind in ("accepted", "not_accepted", "replied"):
            if runs and clock["for"] == "response": self.put(day, owner, leaf, "response", 1)
            if runs and kind == "replied": self.put(day, owner, leaf, "in_time", 1)
            begun = "in_time" if kind == "accepted" else ""
        elif kind in ("filed", "reopened"): begun = "response" if kind == "filed" else "in_time"
        elif kind in ("withdrawn", "closed"):
            if runs: self.put(day, owner, leaf, clock["for"], 2 if kind == "withdrawn" or x.get("gr") == "ended_above" else 0)
            begun = ""
        elif kind in ("paused", "resumed"): clock["paused"] = kind == "paused"
        else: self.residents(leaf, kind, x, m, day, office, owner)
        if begun is not None: clock.update({"for": begun, "leaf": leaf, "lapsed": False})
        if "due" in x and not kind.startswith(("review", "recheck")): clock["due"] = number(x["due"])

    def residents(self, leaf, kind, x, m, day, office, owner):
        good = int(isinstance(x.get("g"), int) and x["g"] >= 3)
        if kind == "rated":
            again, said = m in self.reissued, x.get("rs", "").split(",")
            self.put(day, owner, leaf, "satisfied", 2 if again else good)
            solved = 0 if "unsolved" in said else 1 if "solved" in said else 2 if "part" in said else int(x["ef"] >= 3) if "ef" in x else None
            if solved is not None: self.put(day, owner, leaf, "solved", 2 if again else solved)
        elif kind == "code_reissued": self.reissued.add(m)
        elif kind == "grade_told" and x.get("wy") == "call": self.put(day, owner, leaf, "called", good)
        elif kind == "criticised": self.owe(m, "rectified", office, x.get("rd"), leaf, x.get("of"))
        elif kind == "rectified":
            self.settle(m, day, lambda d: d["measure"] == "rectified", lambda d: int(x.get("lt") is False and d["due"] >= day))
        elif kind == "objection_decided" and x.get("up") is True:
            for measure in ("satisfied", "solved", "called"): self.changed[x.get("of"), measure] = 2
            self.settle(m, day, lambda d: d["of"] == x.get("of"), lambda d: 2)
        elif kind in ("returned", "disputed"):
            self.put(day, office, leaf, "returned", 1); self.returns[m].append((office, leaf))
        elif kind == "arbitrated":
            for of, at in self.returns.pop(m, []):
                if of == x.get("to"): self.changed.setdefault((at, "returned"), 0)
        elif kind == "referral_reported":
            self.put(day, x.get("to", ""), leaf, "returned", 0); self.referred[m].append((x.get("to", ""), leaf))
        elif kind == "referral_answered":
            found = next((one for one in self.referred[m] if one[0] == office), None)
            if found:
                self.referred[m].remove(found)
                if x.get("ad") is False: self.changed.setdefault((found[1], "returned"), 2)

    def table(self, what, of, owners):  # owners: who holds each matter now
        month = number(of)
        if what == "work": return {code: [n] for code, n in self.months[month].items()}
        until = min((month + 1 if month % 100 < 12 else month + 89) * 100 + 1, self.newest)
        owed = [d for all_of in self.debts.values() for d in all_of] + [
            {"measure": c["for"], "office": owners(m), "due": c["due"], "leaf": c["leaf"]} for m, c in self.clocks.items() if self.lapses(c, until)]
        late = [(month, d["office"], d["leaf"], d["measure"], 0) for d in owed if d["due"] // 100 == month and d["due"] < until]
        rows = collections.defaultdict(lambda: [0, 0, 0])
        for at, office, leaf, measure, verdict in self.items + late:
            verdict = self.changed.get((leaf, measure), verdict)
            if at == month:
                row = rows[office + "\t" + measure]
                row[0] += verdict == 1; row[1] += verdict < 2; row[2] += verdict == 2
        return rows

    def names(self):
        return {what + "%04d-%02d" % divmod(month, 100) for month in self.months if self.months[month] and month < self.newest // 100
                for what in ("measured ", "work ")}
