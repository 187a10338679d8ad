"""What is said of files and questions that come in or go out: one sentence for each code."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString

from probity.exchange.found import Note
from probity.exchange.sentences_qti import SENTENCES as QTI_SENTENCES
from probity.exchange.wording import worded
from probity.kernel.i18n import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    **QTI_SENTENCES,
    "answer_without_share": _l("The answer “%(answer)s” earned nothing and is not kept."),
    "any_number": _l(
        "“Any other number” earned something. Only the numbers that are named are kept."
    ),
    "blank_lines_inside": _l(
        "Blank lines stand between the braces. Moodle would stop there; the question was read to its closing brace."
    ),
    "braces": _l(
        "The braces around the answers do not match. Write one { before the answers and one } behind them."
    ),
    "calculated": _l(
        "A calculated question draws its numbers anew each time. Write it as a question with fixed numbers."
    ),
    "case_split": _l("The case set became a description and separate questions."),
    "choose_unheld": _l("The limit on choices is not kept."),
    "content_unfit": _l("What was read does not make a whole question (%(place)s): %(words)s"),
    "credit_assumed": _l("The file does not say how several right options count: all or nothing."),
    "credit_unheld": _l(
        "The format does not know this way of scoring (%(credit)s). Check the shares after the import."
    ),
    "csv_broken": _l(
        "The CSV cannot be read from row %(row)s on. Perhaps a quotation mark is not closed there. Save it again as “CSV UTF-8”."
    ),
    "duplicate_in_bank": _l("Much the same words are in the bank as %(ref)s."),
    "duplicate_in_file": _l("The same words stood before in this import (%(where)s)."),
    "elements_lost": _l("What the file says besides is too long to be kept."),
    "embedded_lost": _l("An embedded <%(what)s> was left out."),
    "encoding_broken": _l(
        "The file is neither UTF-8 nor another encoding that we know (%(place)s). Save it as UTF-8."
    ),
    "fields_unheld": _l("The format has no place for: %(names)s."),
    "file_empty": _l("The file is empty."),
    "file_too_large": _l("The file has more than %(most)s MiB. Split it."),
    "first_answer_counts": _l(
        "Answers overlap, and the first that fits counts, even if a later one earns more. The ranges were cut accordingly. Check them."
    ),
    "format_unknown": _l(
        "Nobody knows the format of “%(name)s”. Choose the format by hand, or use the template."
    ),
    "formula_as_words": _l("A formula could not be read as one and stands as plain words."),
    "further_braces": _l(
        "More braces follow after the answers. They stand as plain text, as in Moodle."
    ),
    "gap_kind_unknown": _l(
        "A gap of the type “%(type)s” has no counterpart here. The types are written in capitals, such as {1:SHORTANSWER:=word}."
    ),
    "gap_multiresponse": _l(
        "A gap in which several choices can be ticked has no counterpart here. Ask it as a question of its own."
    ),
    "gap_with_one_choice": _l(
        "A gap offered only one word. The words of the other gaps are offered there too."
    ),
    "gap_without_weight": _l("A gap counts nothing. Give it a weight of 1 or more."),
    "gaps_in_gift": _l(
        "The text holds gaps in Moodle's notation, which GIFT does not know. They were read as gaps."
    ),
    "gaps_lost": _l(
        "A gap stands where it cannot be shown, such as in a formula. Move it into the text."
    ),
    "groups_as_lists": _l(
        "Words of several groups are dragged into the text. They became lists to choose from."
    ),
    "hints_cut": _l("There are more than %(most)s hints. The first ones are kept."),
    "html_as_words": _l("The HTML cannot be read and stands as plain text."),
    "key_empty": _l("The right option has no words."),
    "key_unknown": _l(
        "“ANSWER: %(answer)s” names none of the options. Write the letter of one of them."
    ),
    "kind_unheld": _l(
        "The format has no questions of the kind “%(kind)s”. The item is not in the file."
    ),
    "kind_unknown": _l("Questions of the type “%(kind)s” have no counterpart here."),
    "kprime_grading": _l(
        "Half of the points for all rows but one: here each row earns its own share."
    ),
    "language_chinese": _l(
        "The words are Chinese. They stand as the Chinese text and, until somebody translates them, as the English one."
    ),
    "languages_lost": _l("Texts in other languages were left out: %(languages)s."),
    "line_too_long": _l("A line has more than %(most)s MiB."),
    "link_as_words": _l("A link was replaced by its address in words."),
    "markers_as_points": _l("A marker to drag became a place to point at."),
    "markup_lost": _l(
        "Only plain words fit into the file: pictures, formulas, tables and emphasis are lost."
    ),
    "media_missing": _l("“%(name)s” is not in the file. Add the picture or sound in the editor."),
    "media_too_large": _l("“%(name)s” has more than %(most)s MiB and was left out."),
    "media_too_many": _l(
        "There are more than %(most)s pictures and files; “%(name)s” was left out."
    ),
    "media_type": _l(
        "“%(name)s” is neither a picture nor a sound, a film or a PDF file, and was left out."
    ),
    "media_unreadable": _l("“%(name)s” cannot be read and was left out."),
    "media_unused": _l("“%(name)s” is in the file, but no text shows it."),
    "name_cut": _l("The name has more than %(most)s characters and was cut."),
    "no_gaps": _l("The text has no gap."),
    "no_key": _l("No answer earns anything: there is no key."),
    "no_pairs": _l("There is no pair to match."),
    "no_stem": _l("The question has no words."),
    "normalise_unheld": _l("The format compares answers more strictly; not kept: %(steps)s."),
    "number_rounded": _l("A number without an exact decimal was rounded."),
    "number_unreadable": _l("“%(number)s” is no number that can be kept exactly."),
    "one_language": _l(
        "The format has room for one language here: only the English words are in the file."
    ),
    "one_option": _l("There is only one option to choose from."),
    "one_pair": _l("The format wants two pairs at least."),
    "open_range": _l("The ends of a range count as right in this format."),
    "option_empty": _l("An option without words was left out."),
    "ordering_grading": _l(
        "Here each step in its right place earns a share; the file wanted “%(grading)s”."
    ),
    "ordering_subset": _l(
        "The file shows only some of the steps each time; here all of them are shown."
    ),
    "others_cut": _l(
        "More than %(most)s things in the file are no questions, such as categories and single lines. Only the first are listed."
    ),
    "own_broken": _l("The file cannot be read from here on: %(yaml)s."),
    "own_no_items": _l("The file has no list of items. Write `items:` and the questions below it."),
    "own_no_kind": _l("An item needs its kind, such as `kind: single`."),
    "own_no_medium": _l(
        "The file “%(name)s” is not in the archive. Add it to the item by hand if it does not show."
    ),
    "own_version": _l(
        "The file is not in the format %(version)s. Write `format: %(version)s` into its first line."
    ),
    "picture_missing": _l("The picture of the question is missing or cannot be read."),
    "pieces_on_picture": _l("Several pieces to drag onto a picture have no counterpart here."),
    "points_changed": _l("The question was worth %(grade)s points; here it is worth 1."),
    "points_of_gaps": _l(
        "The format adds the points up from whole weights of the gaps; they differ from those of the item."
    ),
    "points_rounded": _l("The points, %(grade)s, were rounded to four decimals."),
    "question_too_large": _l("A question is too large."),
    "questions_too_many": _l(
        "At most %(most)s questions are imported at once. The others were not read: split the files."
    ),
    "radicals_replaced": _l(
        "Radicals that a PDF file had put for characters were replaced by the real ones."
    ),
    "random": _l("A random question holds no question of its own; it draws one from a category."),
    "reader_failed": _l(
        "The file was read only in part: something in it was not foreseen (%(error)s)."
        " What was read before that stands below."
    ),
    "remark_as_answer": _l("An answer begins with # and was read as words, not as a remark."),
    "row_answer_unknown": _l(
        "Row %(row)s: the answer “%(answer)s” in %(cell)s names none of the options. Write the letter of an option."
    ),
    "row_cell_error": _l("Row %(row)s: %(cell)s holds the error %(error)s. Replace it by a value."),
    "row_cell_unknown": _l("“%(words)s” in %(cell)s stands in a column that no heading explains."),
    "row_formula": _l("%(cell)s is a formula. Its last result is kept, nothing was computed."),
    "row_formula_empty": _l(
        "Row %(row)s: %(cell)s is a formula without a stored result. Replace it by its value."
    ),
    "row_image": _l(
        "The file named in %(cell)s (“%(words)s”) is not in the table. Add it to the item by hand."
    ),
    "row_kind_needs_more": _l(
        "Row %(row)s: a question of the kind “%(kind)s” does not fit into a table. Write it in the editor."
    ),
    "row_kind_unknown": _l(
        "Row %(row)s: nobody knows the kind “%(kind)s”. Choose one from the list in the template."
    ),
    "row_many_options": _l("Row %(row)s has more than %(most)s options."),
    "row_no_answer": _l("Row %(row)s has no answer. Write it into the answer column."),
    "row_no_gap": _l("Row %(row)s: “%(cell)s” is no gap. Write gap = answer, such as days = 30."),
    "row_no_gaps": _l("Row %(row)s has no gaps. Write one option cell a gap, such as days = 30."),
    "row_no_number": _l("Row %(row)s: “%(answer)s” is not a number."),
    "row_no_options": _l("Row %(row)s has no options. Fill in the option columns."),
    "row_no_pair": _l("Row %(row)s: “%(cell)s” is no pair. Write left => right."),
    "row_no_score": _l("Row %(row)s: no option earns points. Give at least one a score above 0."),
    "row_no_stem": _l("Row %(row)s has no question text."),
    "row_no_truth": _l("Row %(row)s: “%(answer)s” is neither true nor false. Write TRUE or FALSE."),
    "row_one_option": _l("Row %(row)s has only one option. A choice needs two."),
    "row_penalty": _l(
        "A wrong answer cost %(share)s of the points. True or false questions have no such penalty here."
    ),
    "row_points": _l("Row %(row)s: “%(points)s” is not a number of points above 0."),
    "row_time": _l(
        "The time limit of one question (“%(words)s”) is not kept. Exams have one for the whole paper."
    ),
    "row_two_keys": _l(
        "Row %(row)s asks for one choice, but the answer “%(answer)s” names several. Change the kind or the answer."
    ),
    "scripts_removed": _l("Scripts were taken out."),
    "several_best": _l("Several options earn most, and only one can be chosen."),
    "share_clipped": _l("A share above the whole or below nothing was cut."),
    "share_rounded": _l("The share %(share)s was rounded."),
    "sheet_bomb": _l("Unpacked, the workbook has more than %(most)s MiB. Split it."),
    "sheet_broken": _l("The workbook is damaged. Open it in a spreadsheet and save it as XLSX."),
    "sheet_crowded": _l("The workbook holds more than %(most)s files. It is not opened."),
    "sheet_data_long": _l(
        "The item is too long for one cell: what the columns do not show is not in the table."
    ),
    "sheet_no_headings": _l(
        "Row %(row)s: nobody knows what the columns mean. Write headings such as Question, Option A, Answer into the first row."
    ),
    "sheet_no_media": _l("Pictures and sound do not fit into a table: %(files)s."),
    "sheet_too_long": _l("The table has more than %(most)s rows. Split it."),
    "stem_from_name": _l("The question has no words; its name stands instead."),
    "table_spans": _l("Cells that reach over several rows or columns became single cells."),
    "tags_cut": _l("There are more than %(most)s tags. The first ones are kept."),
    "tags_shown": _l("Words in angle brackets are no HTML and are shown as code."),
    "text_no_answer": _l(
        "The question has no answer. Write one below it, such as 答案：B, or a list such as 1.B 2.A at the end."
    ),
    "text_no_options": _l(
        "The answer names options, but none were found. Write each on a line of its own that begins with its letter."
    ),
    "too_many_options": _l("There are more than %(most)s options, pairs or gaps."),
    "too_many_questions": _l("The file has more than %(most)s questions. Split it."),
    "unit_lost": _l("The unit “%(unit)s” cannot be converted exactly and was left out."),
    "unit_penalty": _l(
        "A missing unit costs a part of the points in the file; here it costs all of them."
    ),
    "xml_broken": _l("The XML cannot be read from here on: %(reason)s. Export the file again."),
    "xml_crowded": _l("The XML has more than %(most)s elements, attributes and texts. Split it."),
    "xml_entities": _l(
        "The file declares XML entities, which can blow up or read other files."
        " Take the declarations out of the DOCTYPE."
    ),
    "xml_too_deep": _l("The XML is nested more than %(most)s levels deep."),
}
"""Add codes in alphabetical order; facts stand as `%(name)s`."""


def say(note: Note) -> str:
    """The sentence of a note, in the reader's language."""
    return sentence(note.code, note.facts)


def sentence(code: str, facts: Mapping[str, Any]) -> str:
    """The sentence of a code, with its facts put in."""
    words = str(SENTENCES[code])
    return words % defaultdict(str, worded(facts)) if "%" in words else words
