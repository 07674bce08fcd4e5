using Xunit;

namespace AkkaPipeline.Tests.Configuring;

internal static partial class BrokenTexts
{
    public static TheoryData<string, string, string> References => new()
    {
        { "a = ${", "1:5", "this '${' needs a path of names with dots between them, and a '}' on" },
        { "a = ${b", "1:5", "this '${' needs a path of names with dots between them, and a '}' on" },
        { "a = ${b\nc = 1", "1:5", "this '${' needs a path of names with dots between them, and a '}' on" },
        { "a = ${}", "1:5", "the key path has an empty name before, between or after its dots" },
        { "a = ${?}", "1:5", "the key path has an empty name before, between or after its dots" },
        { "a = ${.b}", "1:5", "the key path has an empty name before, between or after its dots" },
        { "a = ${b.}", "1:5", "the key path has an empty name before, between or after its dots" },
        { "a = ${b c}", "1:5", "this '${' needs a path of names with dots between them, and a '}' on" },
        { "a = ${b=1}", "1:5", "this '${' needs a path of names with dots between them, and a '}' on" },
        { "a = ${\"b}", "1:5 1:7", "this '${' needs a path of names with dots between them, and a '}' on" },
        { "a = ${b:-x}", "1:5", "this '${' needs a path of names with dots between them, and a '}' on" },
        { "${a} = 1", "1:1", "'${' stands where a key is expected" },
        { "a${b} = 1", "1:1", "the key a has no value: an '=' or a '{' must follow it" },
        { "a = ${b}", "1:5", "${b} is neither a key of this configuration nor an environment variable" },
        { "a = x ${b.c}", "1:7", "${b.c} is neither a key of this configuration nor an environment variable" },
        { "a = ${a}", "1:5", "${a} refers to itself, and a has no earlier value" },
        { "a = ${b}\nb = ${a}", "2:5", "the references go in a circle: a (t.conf:1:5) → b (t.conf:2:5) → a" },
        { "a = ${b}\nb = ${c}\nc = ${a}", "3:5", "the references go in a circle: a" },
        { "a = ${?b}\nb = ${?a}", "2:5", "the references go in a circle: a (t.conf:1:5) → b (t.conf:2:5) → a" },
        { "a { b = ${a} }", "1:9", "the references go in a circle: a.b (t.conf:1:9) → a.b" },
        { "a = ${a.b}", "1:5", "${a.b} refers to itself, and a has no earlier value" },
        { "a = [${a}]", "1:6", "${a} refers to itself, and a has no earlier value" },
        { "a { b { c = ${a.b} } }", "1:13", "the references go in a circle: a.b.c (t.conf:1:13) → a.b.c" },
        { "x = ${a}1\na = ${b}\nb = x${a}", "3:6", "the references go in a circle: a (t.conf:2:5) → b (t.conf:3:6) → a" },
        { "a = 1\na += 2", "2:3", "'+=' adds to an array, but a is a text at t.conf:1:5" },
        { "a { b = 1 }\na += 2", "2:3", "'+=' adds to an array, but a is an object at t.conf:1:3" },
        { "a = text\nb = ${a} { c = 1 }", "2:5", "a text (from t.conf:1:5) and an object (from t.conf:2:10) cannot be" },
        { "a { c = 1 }\nb = x${a}", "2:5", "a text (from t.conf:2:5) and an object (from t.conf:1:3) cannot be" },
        { "a = [1]\nb = x${a}", "2:5", "a text (from t.conf:2:5) and an array (from t.conf:1:5) cannot be" },
        { "a = [1]\nb { x = 1 }\nc = ${a} ${b}", "3:5", "an array (from t.conf:1:5) and an object (from t.conf:2:3) cannot be" },
        { "a {\n  b = 1\n  c 2\n  d = \"x\n  e = [1,,2]\n  f = ${nope}\n}\ng = *", "3:3 4:7 5:10 6:7 8:5", "the key c has no value: an '=' or a '{' must follow it" },
        { "a.b = 1\na.b.c = ${a.b.d}", "2:9", "${a.b.d} is neither a key of this configuration nor an environment variable" },
        { "a = ${b}\nb { c = ${a} }", "2:9", "the references go in a circle: a (t.conf:1:5) → b.c (t.conf:2:9) → a" },
        { "a = ${b.c}\nb { c = ${a} }", "2:9", "the references go in a circle: a (t.conf:1:5) → b.c (t.conf:2:9) → a" },
        { "a = ${b}\nb = [${c}]\nc = x${a}", "3:6", "the references go in a circle: a" },
        { "a = ${?b} ${c}", "1:11", "${c} is neither a key of this configuration nor an environment variable" },
        { "a += ${a}\na += ${nope}", "1:6 2:6", "${a} refers to itself, and a has no earlier value" },
        { "a = ${x}${y}", "1:5 1:9", "${x} is neither a key of this configuration nor an environment variable" },
    };

    public static TheoryData<string, string, string> Includes => new()
    {
        { "include", "1:1", "include needs a file name in double quotes" },
        { "include x", "1:1", "include needs a file name in double quotes" },
        { "include = 1", "1:1", "include is a reserved word; as a key it must be put in double quotes" },
        { "include { a = 1 }", "1:1", "include is a reserved word; as a key it must be put in double quotes" },
        { "include \"missing.conf\"", "1:9", "the included file missing.conf cannot be read: there is no such file" },
        { "include file(\"missing.conf\")", "1:14", "the included file missing.conf cannot be read: there is no such file" },
        { "include url(\"http://x\")", "1:1", "this kind of include is not known" },
        { "include classpath(\"x\")", "1:1", "this kind of include is not known" },
        { "include optional \"x\"", "1:1", "this kind of include is not known" },
        { "include file(\"x\"", "1:1", "this kind of include is not known" },
        { "include \"\"", "1:9", "the name of the file to include is empty or holds a NUL" },
        { "include \".\"", "1:9", "the included file . cannot be read: it is a folder, not a file" },
        { "a = [ { include \"x.conf\" } ]", "1:9", "include cannot stand within an array" },
        { "include \"x.conf", "1:9", "the quote opened here is not closed on its line" },
        { "include ${a}", "1:1", "include needs a file name in double quotes" },
        { "a { include }", "1:5", "include needs a file name in double quotes" },
        { "a { include \"nope/x.conf\" }", "1:13", "the included file nope/x.conf cannot be read: there is no such file" },
        { "include optional(file(\"x.conf\"))\ninclude required(\"y.conf\")", "2:18", "the included file y.conf cannot be read: there is no such file" },
        { "include optional(\"z.conf\"", "1:1", "this kind of include is not known" },
        { "include required(x)", "1:1", "include needs a file name in double quotes" },
    };

    public static TheoryData<string, string, string> Bytes => new()
    {
        { "a = <00>", "1:5", "a NUL byte (0x00) cannot stand in a configuration file" },
        { "<00>", "1:1 1:1", "a NUL byte (0x00) cannot stand in a configuration file" },
        { "a = \"x<00>y\"", "1:7", "a NUL byte (0x00) cannot stand in a configuration file" },
        { "# comment <00>", "1:11", "a NUL byte (0x00) cannot stand in a configuration file" },
        { "a = <FF>", "1:5", "the byte 0xFF is not valid UTF-8" },
        { "<E9> = 1", "1:1", "the byte 0xE9 is not valid UTF-8" },
        { "a = <C3>", "1:5", "the byte 0xC3 is not valid UTF-8" },
        { "a = <ED><A0><80>", "1:5 1:6 1:7", "the byte 0xED is not valid UTF-8" },
        { "a = <1B>[0m", "1:5 1:6 1:6", "the control character U+001B cannot stand in a configuration file" },
        { "a = 1<7F>", "1:6", "the control character U+007F cannot stand in a configuration file" },
        { "<FF><FE>a<00>", "1:1", "this file is UTF-16; save it as UTF-8" },
        { "<00><00><00><00><00><00><00><00><00><00><00><00>", "1:1 1:2 1:3 1:4 1:5 1:6 1:7 1:8 1:9 1:10 1:10", "a NUL byte (0x00) cannot stand in a configuration file" },
        { "# <FE>\na = ]", "1:3 2:3 2:5", "the byte 0xFE is not valid UTF-8" },
    };
}
