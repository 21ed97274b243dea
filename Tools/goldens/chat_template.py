# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/Fixtures/chat_template/{conversations,snippets}.json.

Needs transformers 5.23.0 and jinja2 3.1.6, whose sandbox renders every case. The templates in
Tests/Fixtures/chat_template/templates were written for these tests in the manner of well-known
model families, except smollm2.jinja, which is SmolLM2-135M-Instruct's own (Apache-2.0).

Usage: python Tools/goldens/chat_template.py
"""

import datetime
import json
import pathlib

from transformers.utils import chat_template_utils as utils

ROOT = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/chat_template"
# Swift tests set the same moment.
MOMENT = datetime.datetime.fromtimestamp(1735819445, datetime.timezone.utc)


def compile_template(source):
    template = utils._compile_jinja_template(source)
    template.globals["strftime_now"] = lambda format: MOMENT.strftime(format)
    template.environment.globals["strftime_now"] = template.globals["strftime_now"]
    return template


def render(source, context):
    """The expected text and generated ranges in UTF-8 offsets, or an error."""
    try:
        template = compile_template(source)
        context = dict(context)
        messages = context.pop("messages", [])
        text, spans = utils._render_with_assistant_indices(
            template, messages, context.pop("tools", None), context.pop("documents", None),
            context.pop("add_generation_prompt", False), **context)
    except Exception as error:  # noqa: BLE001 - every kind of failure is the same to the tests
        return {"error": f"{type(error).__name__}: {error}"}
    result = {"text": text}
    if spans:
        offset = lambda index: len(text[:index].encode())  # noqa: E731
        result["generated"] = [[offset(start), offset(end)] for start, end in spans]
    return result


def user(text):
    return {"role": "user", "content": text}


def assistant(text, **more):
    return {"role": "assistant", "content": text, **more}


def system(text):
    return {"role": "system", "content": text}


WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "It's the \"weather\" <now> & später ☀",
        "parameters": {
            "type": "object",
            "properties": {
                "place": {"type": "string", "description": "A place"},
                "days": {"type": "integer"},
                "Units": {"type": ["string", "null"]},
                "tags": {"type": "array", "items": {"type": "string"}},
                "ratio": {"type": "number", "default": 0.1},
            },
            "required": ["place"],
        },
        "return": {"type": "string"},
    },
}
CALL = {"id": "abcdefghi", "type": "function",
        "function": {"name": "get_weather", "arguments": {"place": "Zürich", "days": 3}}}

CONVERSATIONS = {
    "one": {"messages": [user("Hi")], "add_generation_prompt": True},
    "plain": {"messages": [user("  Hi\n"), assistant("Hello!\n"), user("é 👩‍👩‍👧 ok")],
              "add_generation_prompt": True},
    "system": {"messages": [system("Be kind. /no_think "), user("Q1"), assistant("A1"),
                            user("Q2"), assistant("A2")]},
    "thinking": {"messages": [user("Q"), assistant("<think>\nold\n</think>\n\nA"), user("Q2"),
                              assistant("<think>\n\nnew\n\n</think>\n\nB")],
                 "enable_thinking": False, "add_generation_prompt": True},
    "reasoning": {"messages": [user("Q"), assistant("A", reasoning_content="why\n")]},
    "tools": {"messages": [system("S"), user("Weather?"),
                           assistant("", tool_calls=[CALL]),
                           {"role": "tool", "content": "sunny"},
                           {"role": "tool", "content": "dry"}, assistant("Sun."), user("Thanks")],
              "tools": [WEATHER], "add_generation_prompt": True},
    "tools_system": {"messages": [system("S"), user("Weather?"),
                                  assistant(None, tool_calls=[CALL]),
                                  {"role": "tool", "content": {"t": 21.5, "ok": True}}],
                     "tools": [WEATHER, WEATHER], "tools_in_user_message": False,
                     "builtin_tools": ["get_weather"], "xml_tools": [WEATHER["function"]]},
    "two_calls": {"messages": [user("x"), assistant("c", tool_calls=[CALL, CALL])],
                  "tools": [WEATHER]},
    "no_user": {"messages": [system("S"), assistant("A")], "tools": [WEATHER]},
    "wrong_order": {"messages": [user("a"), user("b"), assistant("c"), assistant("d"), user("e")]},
    "no_system": {"messages": [system("S"), user("a")], "system_allowed": False},
    "parts": {"messages": [user([{"type": "text", "text": " look "}, {"type": "image"}])]},
    "empty": {"messages": []},
    "missing_content": {"messages": [{"role": "user"}]},
    "string_arguments": {"messages": [user("x"), assistant("", tool_calls=[
        {"function": {"name": "f", "arguments": "{\"a\": 1}"}}])]},
}

C = {
    "n": 7, "f": 2.5, "t": True, "none_value": None, "s": "Hello World", "empty": "",
    "l": [3, 1, 2], "names": ["bob", "Alice", "Carl", "alice"], "d": {"b": 1, "a": [1, 2], "C": "x"},
    "rows": [{"k": "a", "v": 1}, {"k": "b", "v": 2}, {"k": "a", "v": 3, "o": {"p": [9]}}],
    "u": "a\u0301é\U0001F44D\r\nß", "q": "it's \"x\"\n\t\\\u00a0\u200b", "nested": [["a", 1], ["b", 2]],
    "items_key": {"items": 5, "get": 6, "x": {"y": None}},
}

SNIPPETS = [
    # Printing
    "{{ n }}|{{ f }}|{{ t }}|{{ none_value }}|{{ s }}|{{ l }}|{{ d }}|{{ q }}",
    "{{ [q, 'a', 1.0, none, true, (1,), (1, 2), {}] }}", "{{ u }}{{ [u] }}", "{{ missing }}",
    "{{ [missing] }}", "{{ missing.x }}", "{{ d.missing }}", "{{ d.missing.x }}", "{{ d['b'] }}",
    "{{ 1e16 }} {{ 1e15 }} {{ 0.0001 }} {{ 0.00001 }} {{ 1.5e300 }} {{ 123456789.125 }}"
    " {{ 1e22 }} {{ 5e-324 }} {{ 12345678901234567.0 }} {{ 100.0 }} {{ -0.0 }} {{ 1e400 }}",
    "{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }} {{ 1_0.5_0 }} {{ 00 }}", "{{ 012 }}",
    "{{ 1, 2 }}{{ (1,) }}{{ () }}", "{{ 'a' 'b' \"c\" }}", "{{ {'a': 1, 1: 'b', none: 2.0, true: 4} }}",
    r"{{ 'a\nb\tc\\d\'e\"f\x41\u00e9\U0001F44D\101\q' }}", "{{ '\\\nx' }}", "{{ range(3) }} {{ range(1, 9, 2) }}",
    "{{ d.items() }} {{ d.keys() }} {{ d.values() }}", "{{ True }}{{ False }}{{ None }}",
    # Arithmetic
    "{{ 7 / 2 }} {{ 6 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 % -3 }}",
    "{{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 2.0 ** 3 }} {{ 2 ** 3 ** 2 }}",
    "{{ 1 + 2 * 3 - 4 }} {{ (1 + 2) * 3 }} {{ -n }} {{ +n }} {{ --n }} {{ 1 - -1 }} {{ 0.1 + 0.2 }}",
    "{{ 'ab' * 3 }} {{ 2 * 'x' }} {{ [1] * 2 }} {{ [1] + [2] }} {{ (1,) + (2,) }} {{ 'a' * -1 }}",
    "{{ 1 / 0 }}", "{{ 1 // 0 }}", "{{ 1 % 0 }}", "{{ 'a' + 1 }}", "{{ 1 + none }}", "{{ missing + 'a' }}",
    "{{ 'a' ~ 1 ~ none ~ missing ~ 2.0 }}", "{{ 1 ~ 2 + 3 }}", "{{ true + 1 }} {{ true and 2 }}",
    "{{ -1|abs }} {{ -3 ** 2 }} {{ 1 + 2|float }}", "{{ 10 // 3 * 3 + 10 % 3 }}",
    # Comparison and logic
    "{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 == 1.0 == true }} {{ 'a' < 'b' }} {{ [1, 2] < [1, 3] }}",
    "{{ 1 != 2 }} {{ 1 >= 1 }} {{ 2 <= 1 }} {{ 2 > 1 }} {{ 'a' == 'a' }} {{ [1] == [1.0] }} {{ [1] == (1,) }}",
    "{{ {'a': 1, 'b': 2} == {'b': 2, 'a': 1} }} {{ none == false }} {{ missing == other }} {{ missing == none }}",
    "{{ 1 < 'a' }}", "{{ missing < 1 }}", "{{ none < 1 }}",
    "{{ 0 or 'x' }} {{ '' and 1 }} {{ not 0 }} {{ not not [] }} {{ 1 and 2 or 3 }} {{ not 1 == 2 }}",
    "{{ 1 in l }} {{ 9 not in l }} {{ 'lo' in s }} {{ 'b' in d }} {{ 'z' in missing }} {{ not 1 in l }}",
    "{{ 1 in 'a' }}", "{{ 1 in 5 }}", "{{ 1 in none }}", "{{ 2 in range(3) }} {{ 'b' in d.keys() }}",
    "{{ 'a\u0301' == '\u00e1' }} {{ 'a' in 'a\u0301' }}", "{{ 'x' if n > 5 else 'y' }} {{ 'x' if false }}|",
    "{{ 'a' if false else 'b' if true else 'c' }} {{ ('x' if false) is defined }}",
    "{{ missing and 1 }}|{{ missing or 1 }}|{{ not missing }}",
    # Members and slices
    "{{ l[0] }} {{ l[-1] }} {{ l[5] }}| {{ l.0 }} {{ s[1] }} {{ s[-1] }} {{ nested[1][0] }} {{ nested.1.0 }}",
    "{{ l[1:] }} {{ l[:-1] }} {{ l[::-1] }} {{ l[::2] }} {{ l[5:] }} {{ l[-9:9] }} {{ l[2:0:-1] }} {{ l[:] }}",
    "{{ s[1:4] }} {{ s[::-1] }} {{ s[:-3] }} {{ (1, 2, 3)[1:] }} {{ u[::-1] }} {{ u|length }} {{ u[1:3] }}",
    "{{ l[::0] }}", "{{ none_value[1:] }}", "{{ n[0] }}|", "{{ missing[1:] }}", "{{ d[1:] }}", "{{ l['x'] }}|{{ d[0] }}|{{ d[none] }}",
    "{{ l['a':] }}", "{{ items_key['items'] }} {{ items_key['get'] }} {{ items_key.x.y }}", "{{ items_key.get('x') }}",
    "{{ items_key.items is defined }} {{ d.items is callable }}", "{{ s.nothing }}|",
    "{{ 'a,b'.split(',')[1] }} {{ {'a': [10, 20]}.a[1] }} {{ range(10)[3] }} {{ range(5)[-1] }} {{ true[0] }}",
    # Tests
    "{{ n is defined }} {{ missing is defined }} {{ missing is undefined }} {{ d.x is defined }}"
    " {{ none_value is none }} {{ n is not none }} {{ missing is none }}",
    "{{ s is string }} {{ l is string }} {{ d is mapping }} {{ l is mapping }} {{ l is sequence }}"
    " {{ s is sequence }} {{ d is sequence }} {{ n is sequence }} {{ n is iterable }} {{ l is iterable }}",
    "{{ 1 is number }} {{ 1.0 is number }} {{ true is number }} {{ 1 is integer }} {{ true is integer }}"
    " {{ 1.0 is float }} {{ 1 is float }} {{ true is boolean }} {{ 1 is boolean }} {{ '1' is number }}",
    "{{ true is true }} {{ 1 is true }} {{ false is false }} {{ none is false }}",
    "{{ 2 is even }} {{ 3 is odd }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(4) }} {{ 3 is even }}",
    "{{ 1 is equalto 1 }} {{ 1 is eq(2) }} {{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 1 is ge(1) }} {{ 2 is greaterthan 1 }}"
    " {{ 1 is le 1 }} {{ 2 is gt 3 }}", "{{ 'a' is in ['a'] }} {{ 'b' is not in 'abc' }}",
    "{{ 'abc' is lower }} {{ 'ABC' is upper }} {{ 'aB' is lower }} {{ '12' is lower }}", "{{ 'a' is even }}",
    "{{ range is callable }} {{ n is callable }} {{ range(3) is iterable }} {{ missing is iterable }}",
    "{{ n is defined and n is number and not s is number }}", "{{ none is sameas none }} {{ 1 is sameas true }}",
    "{{ n is nosuchtest }}", "{{ n is string is defined }}", "{{ 'upper' is filter }} {{ 'odd' is test }}",
    # Filters on text
    "[{{ '  a b '|trim }}] {{ 'xxaxx'|trim('x') }} {{ s|upper }} {{ s|lower }} {{ 'heLLO wORLD'|capitalize }}",
    "{{ 'hello wORLD-foo (bar) it\\'s'|title }} {{ 'hello wORLD-foo it\\'s 3rd'.title() }}",
    "{{ s|replace('l', 'L') }} {{ s|replace('l', 'L', 1) }} {{ 'aaa'|replace('', '-') }} {{ 'aa'|replace('aa', '') }}",
    "{{ n|string + 'x' }} {{ n|string|length }} {{ none|string }} {{ '<a>'|safe }} {{ none|upper }} {{ missing|upper }}|",
    "{{ 'a\nb\n\nc'|indent }}|{{ 'a\nb'|indent(2, true) }}|{{ 'a\n\nb\n'|indent(width='> ', blank=true) }}|",
    "{{ '42'|int }} {{ ' 42 '|int }} {{ '4.9'|int }} {{ 'x'|int }} {{ 'x'|int(7) }} {{ 3.9|int }} {{ none|int }}"
    " {{ true|int }} {{ '0x1f'|int(base=16) }} {{ 'ff'|int(0, 16) }} {{ '1_0'|int }} {{ -3.9|int }}",
    "{{ '1.5'|float }} {{ 'x'|float }} {{ 2|float }} {{ '1e3'|float }} {{ 'x'|float(1.5) }} {{ 'inf'|float }} {{ ' 1 '|float }}",
    "{{ missing|int }}", "{{ 2.5|round }} {{ 3.5|round }} {{ 2.675|round(2) }} {{ 1.005|round(2) }} {{ 42|round }}"
    " {{ 2.1|round(0, 'ceil') }} {{ 2.19|round(1, 'floor') }} {{ -2.5|round }} {{ 0.125|round(2) }} {{ 1e20|round(2) }}",
    "{{ -5|abs }} {{ (-5.5)|abs }} {{ true|abs }}", "{{ 'a'|abs }}",
    # Filters on sequences
    "{{ l|length }} {{ s|length }} {{ d|count }} {{ missing|length }}", "{{ n|length }}", "{{ none|length }}",
    "{{ l|join }} {{ l|join(', ') }} {{ rows|join('-', attribute='k') }} {{ s|join('.') }} {{ [none, 1.0]|join('/') }}",
    "{{ l|first }} {{ l|last }} {{ []|first }}| {{ s|first }} {{ s|last }} {{ d|first }} {{ d|last }} {{ missing|first }}|",
    "{{ s|list }} {{ d|list }} {{ range(3)|list }} {{ missing|list }} {{ (1, 2)|list }}", "{{ n|list }}",
    "{{ d|items|list }} {{ missing|items|list }} {{ d.items()|list }}", "{{ l|items|list }}",
    "{{ d|dictsort }} {{ d|dictsort(true) }} {{ {'x': 2, 'y': 1}|dictsort(by='value') }} {{ d|dictsort(reverse=true) }}",
    "{{ rows|map(attribute='k')|join }} {{ rows|map(attribute='o.p.0', default='-')|list }} {{ names|map('upper')|list }}"
    " {{ l|map('string')|join('+') }} {{ names|map('replace', 'l', '1')|list }} {{ nested|map(attribute=0)|list }}",
    "{{ rows|map(attribute='zz')|list }}", "{{ l|map('nosuch')|list }}",
    "{{ l|select('odd')|list }} {{ l|reject('odd')|list }} {{ [0, 1, '', 'a']|select|list }} {{ [0, 1]|reject|list }}"
    " {{ l|select('gt', 1)|list }} {{ l|select('in', [1, 2])|list }}",
    "{{ rows|selectattr('k', 'equalto', 'a')|map(attribute='v')|list }} {{ rows|rejectattr('k', 'eq', 'a')|list }}"
    " {{ rows|selectattr('o')|list|length }} {{ rows|selectattr('o', 'defined')|list|length }}",
    "{{ rows|selectattr('o.p', 'undefined')|list }}", "{{ rows|selectattr('z', 'undefined')|list|length }}",
    "{{ l|sort }} {{ names|sort }} {{ names|sort(case_sensitive=true) }} {{ l|sort(reverse=true) }}"
    " {{ rows|sort(attribute='k')|map(attribute='v')|list }} {{ rows|sort(reverse=true, attribute='k')|map(attribute='v')|list }}",
    "{{ [1, 'a']|sort }}", "{{ names|unique|list }} {{ names|unique(true)|list }} {{ [1, 1.0, true, 2]|unique|list }}"
    " {{ rows|unique(attribute='k')|map(attribute='v')|list }}",
    "{{ l|reverse|list }} {{ s|reverse }} {{ d|reverse|list }}", "{{ l|sum }} {{ rows|sum(attribute='v') }} {{ l|sum(start=10) }} {{ []|sum }} {{ [0.1, 0.2]|sum }}",
    "{{ l|min }} {{ l|max }} {{ []|min }}| {{ names|min }} {{ names|max }} {{ rows|max(attribute='v') }} {{ 'hello'|max }}",
    "{{ ['a', 'b']|sum }}", "{% set g = l|map('string') %}{{ g|join }}-{{ g|join }}", "{% set g = l|select %}{{ g|first }}{{ g|list }}",
    "{{ missing|default('d') }} {{ ''|default('d') }}| {{ ''|default('d', true) }} {{ none|d('x') }} {{ none|d('x', boolean=true) }} {{ missing|d }}|",
    "{{ n|nosuchfilter }}", "{{ l|join(', ', 'k', 3) }}", "{{ l|length(1) }}",
    "{{ none|map('upper')|list }}{{ none|select|list }}{{ 0|selectattr('x')|list }}", "{{ 1|select|list }}",
    "{{ dict(*[[['a', 1]]], **{'b': 2}) }}{{ range(*[1, 3])|list }}{{ 'a-b'.split(*['-']) }}", "{{ range(*none) }}",
    "{{ dict(a=1, **{'a': 2}) }}", "{{ dict(**[1]) }}", "{{ range(*[1], 2) }}", "[{{ self.x }}]", "{{ range(**{'a': 1}, b=2) }}",
    # JSON
    "{{ d|tojson }} {{ l|tojson }} {{ s|tojson }} {{ none|tojson }} {{ 1.0|tojson }} {{ true|tojson }} {{ (1, 2)|tojson }}",
    "{{ '<a href=\"x\">&\\'é\\u2028\\x01\\x7f</a>'|tojson }} {{ 'é👍'|tojson(ensure_ascii=true) }} {{ q|tojson }}",
    "{{ rows|tojson(indent=2) }} {{ {}|tojson(indent=2) }} {{ [[]]|tojson(indent=1) }} {{ [1]|tojson(indent='>') }} {{ [1]|tojson(indent=0) }}",
    "{{ d|tojson(sort_keys=true) }} {{ d|tojson(separators=(',', ':')) }} {{ {1: 2, none: 3, true: 4, 1.5: 5}|tojson }}",
    "{{ missing|tojson }}", "{{ range(2)|tojson }}", "{{ d.items()|tojson }}", "{{ [1e400, 1e16, -0.0]|tojson }}",
    # Methods
    "[{{ '  a '.strip() }}][{{ '  a '.lstrip() }}][{{ '  a '.rstrip() }}][{{ 'xyaxy'.strip('yx') }}][{{ '\\u00a0a\\u2003'.strip() }}]",
    "{{ 'a b  c'.split() }} {{ 'a,b,,c'.split(',') }} {{ 'a,b,c'.split(',', 1) }} {{ ''.split() }} {{ ''.split(',') }}"
    " {{ ' a  b c '.split(none, 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ 'abab'.split('ab') }}", "{{ 'a'.split('') }}",
    "{{ s.startswith('He') }} {{ s.endswith('d') }} {{ s.startswith(('x', 'H')) }} {{ s.endswith('Hello World!') }} {{ s.startswith('') }}",
    "{{ s.startswith(1) }}", "{{ s.upper() }} {{ s.lower() }} {{ s.swapcase() }} {{ 'éÉß'.upper() }} {{ 'aé'.capitalize() }}",
    "{{ s.replace('o', '0') }} {{ s.replace('o', '0', 1) }} {{ ','.join(['a', 'b']) }} {{ s.find('World') }} {{ s.find('z') }}"
    " {{ s.rfind('o') }} {{ s.index('W') }} {{ s.count('l') }}", "{{ s.index('z') }}", "{{ ','.join([1]) }}", "{{ s.replace('a') }}",
    "{{ 'abc'.isalpha() }} {{ '12'.isdigit() }} {{ 'a1'.isalnum() }} {{ ' '.isspace() }} {{ 'Ab'.isupper() }} {{ ''.isalpha() }}",
    "{{ 'a-b-c'.partition('-') }} {{ 'a-b-c'.rpartition('-') }} {{ 'abc'.partition('-') }} {{ 'abc'.removeprefix('a') }} {{ 'abc'.removesuffix('c') }}",
    "{{ 'a\\nb\\r\\nc\\u2028d\\n'.splitlines() }}", "{{ d.get('b') }} {{ d.get('z') }} {{ d.get('z', 5) }} {{ d.keys()|list }} {{ d.values()|list }}",
    "{{ d.pop('b') }}", "{{ l.append(1) }}", "{{ l.index(1) }} {{ l.count(3) }} {{ (1, 1).count(1) }}", "{{ l.index(99) }}", "{{ n() }}", "{{ missing() }}", "{{ s.nosuch() }}",
    "{{ dict(a=1, b='x') }} {{ dict({'a': 1}, b=2) }} {{ dict([('k', 'v')]) }}",
    # Statements
    "{% if n > 5 %}a{% elif n > 3 %}b{% else %}c{% endif %}{% if none_value %}x{% elif s %}y{% endif %}",
    "{% for x in l %}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}|{% for x in [] %}x{% else %}none{% endfor %}",
    "{% for x in l %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }} {% endfor %}",
    "{% for x in l %}{{ loop.previtem }}<{{ x }}<{{ loop.nextitem }}{{ loop.previtem is defined }} {% endfor %}",
    "{% for x in names %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x|lower) }} {% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}{% for (a, b) in nested %}{{ a }}{{ b }}{% endfor %}",
    "{% for a, b, c in nested %}{{ a }}{% endfor %}", "{% for i, (a, b) in [[1, [2, 3]]] %}{{ i }}{{ a }}{{ b }}{% endfor %}", "{% for c in s[:3] %}{{ c }}.{% endfor %}",
    "{% for x in range(10) if x is odd %}{{ loop.index }}:{{ x }} {% endfor %}", "{% for x in l if x > 9 %}x{% else %}e{% endfor %}",
    "{% for x in range(10) %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 5 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in n %}{% endfor %}", "{% for x in none_value %}{% endfor %}", "{% for x in missing %}x{% else %}none{% endfor %}", "{% for x in missing.y %}{% endfor %}",
    "{% for x in [1, 2] %}{% for y in 'ab' %}{{ x }}{{ y }}{{ loop.index }}{% if y == 'a' %}{% continue %}{% endif %}{% break %}{% endfor %}{{ loop.index }} {% endfor %}",
    "{% set x = 1 %}{% for i in [1, 2] %}{{ x }}{% set x = x + 10 %}{{ x }}{% endfor %}{{ x }}", "{% if true %}{% set y = 5 %}{% endif %}{{ y }}",
    "{% for i in [1] %}{% set z = i %}{% endfor %}{{ z is defined }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, b = [1] %}", "{% set (a, b) = 'xy' %}{{ b }}",
    "{% set x %}  a{{ n }}\n b{% endset %}[{{ x }}]", "{% set x | upper | trim %} a{{ n }} {% endset %}[{{ x }}]", "{% set n = n + 1 %}{{ n }}",
    "{% set ns = namespace(a=1) %}{% for i in l %}{% set ns.a = ns.a + i %}{% set ns.b = i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c }}|{{ ns['a'] }}",
    "{% set ns = namespace({'k': 1}) %}{{ ns.k }}", "{% set d.x = 1 %}", "{% set nope.x = 1 %}", "{% set ns = namespace() %}{% set ns._x = 1 %}", "{% set none = 1 %}",
    "{% macro m(a, b='B', c=a) %}[{{ a }}{{ b }}{{ c }}]{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(c=3, a=1) }}{{ m() }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}", "{% macro m() %}{{ y }}{% endmacro %}{% set y = 4 %}{{ m() }}",
    "{% macro fact(k) %}{% if k > 1 %}{{ k * fact(k - 1)|int }}{% else %}1{% endif %}{% endmacro %}{{ fact(5) }}",
    "{% macro m() %}{% set q = 1 %}{{ q }}{% endmacro %}{% set q = 5 %}{{ m() }}{{ q }}{{ m()|length }}{{ m.name }}", "{{ early() }}{% macro early() %}x{% endmacro %}",
    "{% macro box(t) %}<{{ t }}>{{ caller() }}</{{ t }}>{% endmacro %}{% call box('b') %}in {{ n }}{% endcall %}",
    "{% macro each(xs) %}{% for x in xs %}{{ caller(x) }}{% endfor %}{% endmacro %}{% call(x) each(l) %}({{ x }}){% endcall %}", "{% macro m() %}{% endmacro %}{% call m() %}x{% endcall %}",
    "{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}", "{% filter upper %}a{{ s }}{% endfilter %}", "{% filter replace('a', 'b')|upper %}aaa{% endfilter %}",
    "{{ raise_exception('stop here') }}", "{% if false %}{{ raise_exception('no') }}{% endif %}ok", "{{ strftime_now('%Y-%m-%d %H:%M:%S %B %b %A %a %j %y %I %p %% %d %-d') }}",
    "{% generation %}a{% endgeneration %}é{% generation %}b{{ n }}é{% set w = 1 %}{% endgeneration %}{{ w is defined }}",
    "{% for i in l %}é{% generation %}{{ i }}{% endgeneration %}{% endfor %}", "{% break %}", "{% endfor %}", "{% for x in l %}", "{% if %}{% endif %}", "{% nosuchtag %}", "{{ }}", "{{ 1 +}}", "{{ (1 }}", "{{ a b }}", "{{ 'x }}", "{% if n", "{# open",
    "{{ range(100001)|length }}", "{{ range(5, 0, -2)|list }} {{ range(0)|list }} {{ range(3, 1)|list }}", "{{ range(1, 2, 0) }}", "{{ range('a') }}",
    # White space
    "a\n{% if true %}\nb\n{% endif %}\nc\n", "a\n  {% if true %}  \n  b\n  {% endif %}\nc\n\n", "  {%- if true -%}  \n b {%- endif %}  c", "a {{- n -}} b {{ n }} c\n{{- n }}",
    "a\n   {%+ if true %}\nb{% endif +%}\nc", "a\n  {# c #}\nb{#- d -#} \n e {#+ x +#}\n f", "a  {% if true %}\n\n b{% endif %}", "x\n  {{ n }}\n  y", "{% raw %}{{ n }}{% if %}{% endraw %}",
    "a\n  {% raw %}\n  {{ x }}  {% endraw %}\nb {%- raw -%} \n z \n {%- endraw -%} \n c", "{% for x in l %}\n  {{ x }}\n{% endfor %}\nend", "\r\na\r{% if true %}\r\nb\r{% endif %}\r\n",
    "{{ '{{' }}{{ '%}' }}{{ {'a': {'b': 1}} }}{{ {'a': {'b': 1}}['a']['b'] }}", "{{ '}}' ~ \"#}\" }}{#{{ n }}#}", "  {% set x = 1 %}  {% set y = 2 %}  z", "{% set x = 1 %}\n{% set y = 2 -%}\n\n z", "a{% if true %} b {% endif %} \n",
    "{%if n%}x{%endif%}{{n}}{{-n-}}", "\n\n{% if true %}\n\n  x\n{% endif %}\n\n\n", "{#-#}x", "{# a #} {# b #}\n y", "{{\n n\n}}\n{%\nif true\n%}\nz{% endif %}", "\t{% if true %}\t\n\tx\t{% endif %}\t\n", "{{ n }}\n{# c #}\n{{ n }}", "a {#- c #} b {# d -#} c",
]


def main():
    conversations = []
    for path in sorted((ROOT / "templates").glob("*.jinja")):
        source = path.read_bytes().decode()
        for name, given in CONVERSATIONS.items():
            context = {"bos_token": "<s>", "eos_token": "</s>", **given}
            conversations.append(
                {"template": path.name, "conversation": name, **render(source, context)})
    contexts = {name: {"bos_token": "<s>", "eos_token": "</s>", "tools": None, "documents": None,
                       "add_generation_prompt": False, **given}
                for name, given in CONVERSATIONS.items()}
    write("conversations.json", {"contexts": contexts, "cases": conversations})
    snippets = [{"template": snippet, **render(snippet, C)} for snippet in SNIPPETS]
    write("snippets.json", {"context": {**C, "messages": [], "tools": None, "documents": None,
                                        "add_generation_prompt": False}, "cases": snippets})
    for cases in (conversations, snippets):
        print(len(cases), "cases,", sum("error" in case for case in cases), "errors")


def write(name, value):
    (ROOT / name).write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
