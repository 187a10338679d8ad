"""What the headings of foreign tables mean, in the languages that we met, and where they stand."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from probity.exchange.formats.sheet.cells import Row

MOST_ABOVE = 40
LEAST_KNOWN = 2

WORDS: dict[str, tuple[str, ...]] = {
    "stem": (
        "question text",
        "questiontext",
        "stem",
        "item stem",
        "prompt",
        "题干",
        "试题内容",
        "题目内容",
        "问题内容",
        "试题题干",
        "题目描述",
        "题干内容",
        "pergunta",
        "enunciado",
        "pertanyaan",
        "soal",
        "enoncé",
        "énoncé",
        "fragetext",
        "fragestellung",
        "title_text",
        "题文",
        "text der frage",
    ),
    "question": (
        "question",
        "questions",
        "题目",
        "试题",
        "问题",
        "questão",
        "questao",
        "pregunta",
        "frage",
        "domanda",
        "вопрос",
        "問題",
        "item",
    ),
    "answer": (
        "answer",
        "answers key",
        "correct answer",
        "correct_answer",
        "correct awnser",
        "correct",
        "key",
        "answer key",
        "right answer",
        "correct option",
        "correct answers",
        "solution",
        "答案",
        "正确答案",
        "参考答案",
        "标准答案",
        "正确选项",
        "试题答案",
        "答案内容",
        "题目答案",
        "jawaban",
        "jawaban benar",
        "kunci jawaban",
        "kunci",
        "resposta",
        "resposta correta",
        "gabarito",
        "respuesta",
        "respuesta correcta",
        "réponse",
        "bonne réponse",
        "antwort",
        "richtige antwort",
        "correctanswer_index",
        "correct answer(s)",
        "correct_option",
    ),
    "right": (
        "opção correta",
        "opcao correta",
        "opción correcta",
        "right option",
        "correct choice",
        "correct option text",
    ),
    "options": (
        "options",
        "choices",
        "question answers",
        "answer options",
        "选项",
        "备选答案",
        "备选项",
        "候选项",
        "opções",
        "opciones",
        "alternativas",
        "pilihan",
    ),
    "kind": (
        "kind",
        "type",
        "question type",
        "qtype",
        "item type",
        "题型",
        "题目类型",
        "试题类型",
        "类型",
        "tipo",
        "tipo de questão",
        "jenis",
        "jenis soal",
        "fragetyp",
        "题类",
    ),
    "name": (
        "name",
        "question name",
        "questionname",
        "title",
        "名称",
        "题目名称",
        "标题",
        "试题名称",
        "nome",
        "titre",
    ),
    "explanation": (
        "explanation",
        "rationale",
        "general feedback",
        "generalfeedback",
        "feedback",
        "comment",
        "解析",
        "答案解析",
        "试题解析",
        "题目解析",
        "详解",
        "说明",
        "解释",
        "explicação",
        "explicación",
        "pembahasan",
        "erklärung",
        "justificativa",
    ),
    "points": (
        "points",
        "score",
        "mark",
        "marks",
        "default mark",
        "defaultmark",
        "points given",
        "分值",
        "分数",
        "得分",
        "题目分值",
        "pontos",
        "puntos",
        "punkte",
        "skor",
    ),
    "penalty": ("points taken", "penalty", "negative marks", "negative mark", "扣分"),
    "shares": ("fraction", "fractions", "weights", "比例"),
    "tolerance": ("tolerance", "error", "accepted error", "误差", "允许误差", "容差"),
    "unit": ("unit", "units", "单位"),
    "credit": ("credit", "scoring", "partial credit", "计分", "计分方式", "得分方式"),
    "id": (
        "item id",
        "id",
        "identifier",
        "编号",
        "题目编号",
        "题号id",
        "试题编号",
    ),
    "number": ("no", "no.", "nr", "number", "#", "序号", "题号", "nomor", "numero", "número"),
    "domain": ("domain", "subject", "course", "领域", "科目", "课程", "专业", "subject code"),
    "competency": ("competency", "competence", "skill", "能力", "能力点"),
    "cognitive": ("cognitive level", "bloom", "bloom level", "cognitive", "认知层次", "能力层次"),
    "difficulty": (
        "difficulty",
        "dificulty",
        "level",
        "难度",
        "难易度",
        "难度系数",
        "难易程度",
        "dificuldade",
        "dificultad",
        "expected difficulty",
    ),
    "tags": ("tags", "tag", "keywords", "标签", "知识点", "关键词", "考点", "topic", "topics"),
    "folder": (
        "folder",
        "category",
        "chapter",
        "文件夹",
        "分类",
        "章节",
        "类别",
        "categoria",
        "目录",
    ),
    "use": ("use", "partition", "用途", "使用范围"),
    "shuffle": ("shuffle", "shuffle answers", "乱序", "选项乱序"),
    "template": ("response template", "responsetemplate", "应答模板"),
    "grader": ("grader info", "graderinfo", "评分人信息", "评分标准", "rubric"),
    "min_choices": ("min choices", "min_choices"),
    "max_choices": ("max choices", "max_choices"),
    "language": ("language", "语言", "locale"),
    "image": ("image", "picture", "photo", "图片", "题图", "image url", "图片地址", "title_image"),
    "media": ("audio", "video", "音频", "视频", "media"),
    "time": ("time", "time limit", "时间", "用时", "时限"),
    "data": ("data", "data (do not edit)", "数据", "数据（请勿修改）"),
}
KIND_NAMES = {
    "essayname": "essay",
    "multichoicename": "multichoice",
    "shortanswername": "short_text",
    "truefalsename": "true_false",
    "numericalname": "numeric",
    "matchname": "matching",
}
"""Headings of one dialect that name the question and say its kind."""

_OPTION = re.compile(
    r"^(?:(?:option|choice|opt|answer option|alternative|response|选项|备选项?|候选项?|"
    r"opção|opcao|opción|opcion|pilihan|alternativa)[ _]*"
    r"(?:text)?[ _]*\(?([a-z]|\d{1,2})\)?(?:[ _]*text)?|([a-z]))$"
)
_NUMBERED = re.compile(r"^(?:answer|答案|réponse|antwort|respuesta|resposta)[ _]*([a-z]|\d{1,2})$")
_WRONG = re.compile(
    r"^(?:wrong(?: option| answer)?|distractor|incorrect(?: option| answer)?|opção errada|"
    r"opcao errada|opción incorrecta|干扰项|错误选项)[ _]*(\d{1,2}|[a-z])?$"
)
_SCORE = re.compile(r"^(?:choice|option)[ _]*([a-z]|\d{1,2})[ _]*(?:score|fraction|points)$")
_WHY = re.compile(
    r"^(?:feedback|why|reason|解析|选项解析)[ _]*([a-z]|\d{1,2})$|"
    r"^(?:choice|option)[ _]*([a-z]|\d{1,2})[ _]*feedback$"
)
_OTHER_LANGUAGE = re.compile(r"^(.*?)\s*[（(](zh-hans|zh|chinese|中文|简体中文)[)）]$")
_PATTERNS = (
    ("score", _SCORE),
    ("why", _WHY),
    ("option", _OPTION),
    ("numbered", _NUMBERED),
    ("wrong", _WRONG),
)
_METADATA = re.compile(r"^metadata[ _](.+)$")


@dataclass(slots=True)
class Heading:
    """What one column means: a role, and which option it belongs to."""

    role: str
    place: int = 0
    label: str = ""
    chinese: bool = False


@dataclass(slots=True)
class Headings:
    """The columns of a table by what they mean."""

    row: Row | None
    columns: dict[int, Heading] = field(default_factory=dict)
    kind: str = ""
    index: dict[tuple[str, int, bool], int] = field(default_factory=dict)

    def find(self, role: str, place: int = 0, *, chinese: bool = False) -> int | None:
        """The column of a role."""
        if not self.index:
            self.index = {
                (heading.role, heading.place, heading.chinese): column
                for column, heading in reversed(self.columns.items())
            }
        return self.index.get((role, place, chinese))

    def many(self, role: str, *, chinese: bool = False) -> list[tuple[int, int]]:
        """The columns of a role that stands several times, as (place, column), by place."""
        return sorted(
            (heading.place, column)
            for column, heading in self.columns.items()
            if heading.role == role and heading.chinese is chinese
        )

    def label(self, column: int) -> str:
        """The words above a column."""
        heading = self.columns.get(column)
        return heading.label if heading else ""


def find_headings(rows: Sequence[Row]) -> Headings | None:
    """The row that says what the columns mean; None if there is none."""
    best: Headings | None = None
    for row in rows[:MOST_ABOVE]:
        found = understand(row)
        if _is_enough(found) and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


def understand(row: Row) -> Headings:
    """What each cell of a row would mean as a heading."""
    found = Headings(row)
    seen: set[tuple[str, int, bool]] = set()
    for column, words in enumerate(row.cells):
        heading = _heading(words, found)
        if heading is None:
            continue
        key = (heading.role, heading.place, heading.chinese)
        if key in seen:
            continue
        seen.add(key)
        heading.label = words
        found.columns[column] = heading
    _settle(found)
    return found


def folded(words: str) -> str:
    """Words as they are compared: width, case, underscores and outer marks do not count."""
    plain = unicodedata.normalize("NFKC", words).casefold().replace("_", " ")
    return " ".join(plain.split()).strip(" :*")


def _heading(words: str, found: Headings) -> Heading | None:
    plain = folded(words)
    if not plain:
        return None
    chinese = _OTHER_LANGUAGE.match(plain)
    if chinese:
        plain = chinese[1].strip()
    if plain in KIND_NAMES:
        found.kind = KIND_NAMES[plain]
        return Heading("name")
    role = _ROLES.get(plain)
    if role:
        return Heading(role, chinese=bool(chinese))
    for name, pattern in _PATTERNS:
        match = pattern.match(plain)
        if match:
            sign = next((group for group in match.groups() if group), "1")
            return Heading(name, place_of(sign), chinese=bool(chinese))
    metadata = _METADATA.match(plain)
    return Heading(f"metadata:{metadata[1]}") if metadata else None


def place_of(sign: str) -> int:
    """The place of an option from 0: `a` and `1` are the first."""
    return int(sign) - 1 if sign.isdigit() else ord(sign.casefold()) - ord("a")


def _settle(found: Headings) -> None:
    """Decide what only the other columns tell.

    "Question" is the stem unless another column is, then it is a number; "answer 1" is an option
    unless others are, then it is one of the right ones.
    """
    roles = {heading.role for heading in found.columns.values()}
    for heading in found.columns.values():
        if heading.role == "numbered":
            heading.role = "answer" if "option" in roles else "option"
    column = found.find("question")
    if column is None:
        return
    stem = found.find("stem")
    found.columns[column].role = "stem" if stem is None else "number"
    found.index.clear()


def _is_enough(found: Headings) -> bool:
    roles = {heading.role for heading in found.columns.values()}
    answered = roles & {"answer", "option", "options", "right", "template", "grader", "kind"}
    return "stem" in roles and bool(answered) and len(found.columns) >= LEAST_KNOWN


_ROLES = {folded(word): role for role, words in WORDS.items() for word in words}
