using Xunit;

namespace AkkaPipeline.Tests.Configuring;

public sealed class HoconReadingTests
{
    [Theory]
    [InlineData("", "{}")]
    [InlineData("{}", "{}")]
    [InlineData("\uFEFFa = 1", "{a:1}")]
    [InlineData("{ a : 1, \"b\" = 2 }\n\n", "{a:1,b:2}")]
    [InlineData("a = 1\r\nb = 2\r\n", "{a:1,b:2}")]
    [InlineData("a = 1\rb = 2", "{a:1,b:2}")]
    [InlineData("a.b.c = x\na.b.d = y", "{a:{b:{c:x,d:y}}}")]
    [InlineData("a.\"b.c\".d = x", "{a:{b.c:{d:x}}}")]
    [InlineData("1.5 = x", "{1:{5:x}}")]
    [InlineData("a { b = 1 } \n a { c = 2 }", "{a:{b:1,c:2}}")]
    [InlineData("a { b = 1 }, c { d = 2 }", "{a:{b:1},c:{d:2}}")]
    [InlineData("a\n{\n b = 1\n}", "{a:{b:1}}")]
    [InlineData("{\"a\":\n5}", "{a:5}")]
    [InlineData("a = 1 # one\n// two\nb = 2 // three", "{a:1,b:2}")]
    [InlineData("a =   one  two   ", "{a:one  two}")]
    [InlineData("a = one \"two  three\" four", "{a:one two  three four}")]
    [InlineData("a = 25 s", "{a:25 s}")]
    [InlineData("a = 1.2.3", "{a:1.2.3}")]
    [InlineData("a = \"x\\n\\u0041\\\\\\/\"", "{a:x\nA\\/}")]
    [InlineData("a = \"\"", "{a:}")]
    [InlineData("a = \"\"\"two\nlines \\n \"quoted\"\"\"\"", "{a:two\nlines \\n \"quoted\"}")]
    [InlineData("a = [1, 2\n 3,\n 4,\n]", "{a:[1,2,3,4]}")]
    [InlineData("a = []", "{a:[]}")]
    [InlineData("a = [[1], {b = 2}, [{}]]", "{a:[[1],{b:2},[{}]]}")]
    [InlineData("a = [1] [2]", "{a:[1,2]}")]
    [InlineData("a = {b = 1} {b = 2, c = 3}", "{a:{b:2,c:3}}")]
    [InlineData("a = null", "{a:null}")]
    [InlineData("a { b = 1 }\na = null\na { c = 2 }", "{a:{c:2}}")]
    [InlineData("a = 1\na = 2", "{a:2}")]
    [InlineData("a { b = 1 }\na = 5", "{a:5}")]
    [InlineData("a += 1\na += 2", "{a:[1,2]}")]
    [InlineData("a = [0]\na += 1\na += [2]", "{a:[0,1,[2]]}")]
    [InlineData("x = [{ a += 1 }]", "{x:[{a:[1]}]}")]
    [InlineData("a = 1\nb = ${a}", "{a:1,b:1}")]
    [InlineData("b = ${a}\na = 1", "{b:1,a:1}")]
    [InlineData("a { b = 1 }\nc = ${a.b}-${a.b}", "{a:{b:1},c:1-1}")]
    [InlineData("a = ${ \"b.c\".d }\n\"b.c\" { d = 1 }", "{a:1,b.c:{d:1}}")]
    [InlineData("a = ${?nothing}", "{}")]
    [InlineData("a = 1\na = ${?nothing}", "{a:1}")]
    [InlineData("a = [${?nothing}, 1]", "{a:[1]}")]
    [InlineData("a = x${?nothing}y", "{a:xy}")]
    [InlineData("base { a = 1, b = 2 }\nx = ${base} { b = 3 }", "{base:{a:1,b:2},x:{a:1,b:3}}")]
    [InlineData("base { a = 1 }\nx = ${base}\nx { b = 3 }", "{base:{a:1},x:{a:1,b:3}}")]
    [InlineData("x = ${base} { d = ${x.a}${x.c}, c = 2 }\nbase { a = 1 }", "{x:{a:1,d:12,c:2},base:{a:1}}")]
    [InlineData("list = [1]\nmore = ${list} [2]", "{list:[1],more:[1,2]}")]
    [InlineData("path = a\npath = ${path}\":b\"\npath = ${path}\":c\"", "{path:a:b:c}")]
    [InlineData("path = [a]\npath = ${path} [b]", "{path:[a,b]}")]
    [InlineData("a = ${?a}foo", "{a:foo}")]
    [InlineData("bar { foo = 42, baz = ${bar.foo} }\nbar { foo = 43 }", "{bar:{foo:43,baz:43}}")]
    [InlineData("bar { a = ${foo.d}, b = 1 }\nbar.b = 3\nfoo { c = ${bar.b}, d = 2 }\nfoo.d = 4", "{bar:{a:4,b:3},foo:{c:3,d:4}}")]
    [InlineData("foo { a { c = 1 } }\nfoo = ${foo.a}\nfoo { a = 2 }", "{foo:{a:2,c:1}}")]
    [InlineData("a { x = ${b.y}, z = 1 }\nb { y = ${a.z} }", "{a:{x:1,z:1},b:{y:1}}")]
    public void A_text_reads_as_the_specification_says(string text, string expected)
    {
        Assert.Equal(expected, Reading.Of(text).Shape());
    }

    [Fact]
    public void A_reference_falls_back_to_the_environment()
    {
        Assert.Equal("{a:from outside}", Reading.Of("a = ${NAME}", ("NAME", "from outside")).Shape());
        Assert.Equal("{a:from outside}", Reading.Of("a = 1\na = ${?NAME}", ("NAME", "from outside")).Shape());
        Assert.Equal("{NAME:inside,a:inside}", Reading.Of("NAME = inside\na = ${NAME}", ("NAME", "from outside")).Shape());
        Assert.Equal("{HOME:/root}", Reading.Of("HOME = ${HOME}", ("HOME", "/root")).Shape());
    }
}
