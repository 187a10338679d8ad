"""Characters that PDF files put for the real ones: radicals, which no search finds."""

import re
import unicodedata

SUPPLEMENT = {
    "⺠": "民", "⺟": "母", "⺩": "王", "⺪": "疋", "⺫": "目", "⺬": "示", "⺮": "竹", "⺳": "网",
    "⺼": "肉", "⻁": "虎", "⻄": "西", "⻅": "见", "⻆": "角", "⻉": "贝", "⻋": "车", "⻓": "长",
    "⻔": "门", "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞", "⻝": "食", "⻢": "马",
    "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦", "⻩": "黄", "⻬": "齐",
    "⻮": "齿", "⻰": "龙", "⻳": "龟", "⺁": "厂", "⺄": "乙", "⺈": "刀", "⺊": "卜", "⺌": "小",
    "⺍": "小", "⺗": "心", "⺝": "月", "⺣": "火", "⺤": "爪", "⺥": "爪", "⺧": "牛", "⺨": "犬",
    "⻊": "足", "⻎": "辶", "⻏": "邑", "⻖": "阜", "⻗": "雨",
}  # fmt: skip
_RADICAL = re.compile("[\u2e80-\u2fdf]")


def modern(words: str) -> str:
    """The same words with real characters."""
    return _RADICAL.sub(_real, words)


def _real(match: re.Match[str]) -> str:
    sign = match[0]
    return SUPPLEMENT.get(sign) or unicodedata.normalize("NFKC", sign)
