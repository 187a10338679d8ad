"""A mixed integer program in plain lists, and HiGHS, which solves it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Terms = dict[int, float]
Progress = Callable[[float, float | None], bool]
"""Told now and then: seconds used and the gap so far; answers whether to go on."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How long and how exactly to search. The same seed gives the same forms unless time ran out."""

    relative_gap: float = 0.01
    absolute_gap: float = 0.001
    seconds: float = 30.0
    seed: int = 0


@dataclass(slots=True)
class Program:
    """Columns and rows as they are gathered, then handed over in one piece."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[Terms, float, float]] = field(default_factory=list)

    def variable(
        self, lower: float, upper: float, *, cost: float = 0.0, whole: bool = False
    ) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        self.cost.append(cost)
        self.whole.append(whole)
        return len(self.lower) - 1

    def row(self, terms: Terms, lower: float = -math.inf, upper: float = math.inf) -> None:
        kept = {variable: factor for variable, factor in terms.items() if factor}
        self.rows.append((kept, lower, upper))


@dataclass(frozen=True, slots=True)
class Solved:
    """What came out; no values where it is proved that there are none."""

    values: Sequence[float] | None
    value: float = 0.0
    bound: float = 0.0
    is_optimal: bool = False
    seconds: float = 0.0


def solve(
    program: Program, settings: Settings, progress: Progress | None, *, maximise: bool = False
) -> Solved | None:
    """Run HiGHS; None if the time was over before anything was known."""
    import highspy  # noqa: PLC0415 (only whoever assembles needs the solver)

    solver = _solver(highspy, settings)
    solver.passModel(_as_lp(highspy, program))
    if progress is not None:
        solver.cbMipInterrupt.subscribe(lambda event: _report(event, progress))
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    known = highspy.HighsModelStatus
    if status in (known.kInfeasible, known.kUnboundedOrInfeasible):
        return Solved(None)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    sign = -1 if maximise else 1
    return Solved(
        values=list(solver.getSolution().col_value),
        value=sign * info.objective_function_value,
        bound=sign * info.mip_dual_bound,
        is_optimal=status == known.kOptimal,
        seconds=solver.getRunTime(),
    )


def _solver(highspy: Any, settings: Settings) -> Any:
    solver = highspy.Highs()
    options = {
        "output_flag": False,
        "threads": 1,
        "random_seed": settings.seed,
        "time_limit": settings.seconds,
        "mip_rel_gap": settings.relative_gap,
        "mip_abs_gap": settings.absolute_gap,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver


def _report(event: Any, progress: Progress) -> None:
    """Pass on how far the search is; nothing may be raised through the solver."""
    out = event.data_out
    gap = out.mip_gap if math.isfinite(out.mip_gap) else None
    if not progress(out.running_time, gap):
        event.interrupt()


def _as_lp(highspy: Any, program: Program) -> Any:
    import numpy as np  # noqa: PLC0415 (comes with the solver)

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.lower), len(program.rows)
    lp.col_lower_, lp.col_upper_ = np.array(program.lower), np.array(program.upper)
    lp.col_cost_ = np.array(program.cost)
    lp.row_lower_ = np.array([lower for _terms, lower, _upper in program.rows])
    lp.row_upper_ = np.array([upper for _terms, _lower, upper in program.rows])
    sizes = [len(terms) for terms, _lower, _upper in program.rows]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array(
        [variable for terms, _l, _u in program.rows for variable in terms], dtype=np.int32
    )
    lp.a_matrix_.value_ = np.array(
        [factor for terms, _l, _u in program.rows for factor in terms.values()], dtype=float
    )
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.whole]
    return lp
