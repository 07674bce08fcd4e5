using System.Text;
using AkkaPipeline.Configuring;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>References that go in no circle mean the same in whatever order the keys are written.</summary>
public sealed class HoconReferencePropertyTests
{
    private const int Keys = 12;

    /// <summary>For each key the keys that its text is joined of, and a number that decides about its place.</summary>
    private static readonly Gen<(int[] Targets, int Place)[]> AnyKeys =
        Gen.Select(Gen.Int[1, Keys - 1].Array[0, 3], Gen.Int[0, 1000]).Array[Keys];

    [Fact]
    public void References_without_circles_resolve_in_any_order()
    {
        AnyKeys.Sample(keys => Assert.Equal(Expected(keys), Read(keys)), iter: 3_000);
    }

    /// <summary>Key i refers only to keys after it (wrapping targets are left out), so there is no circle.</summary>
    private static IEnumerable<int> TargetsOf((int[] Targets, int Place)[] keys, int i) =>
        keys[i].Targets.Select(step => i + step).Where(target => target < Keys);

    private static string Expected((int[] Targets, int Place)[] keys)
    {
        string[] values = new string[Keys];
        for (int i = Keys - 1; i >= 0; i--)
        {
            values[i] = $"{i}." + string.Concat(TargetsOf(keys, i).Select(target => values[target]));
        }

        return string.Join('\n', values);
    }

    private static string Read((int[] Targets, int Place)[] keys)
    {
        var text = new StringBuilder();
        foreach (int i in Enumerable.Range(0, Keys).OrderBy(i => keys[i].Place))
        {
            string references = string.Concat(TargetsOf(keys, i).Select(target => $"${{{PathOf(keys, target)}}}"));
            text.Append($"{PathOf(keys, i)} = \"{i}.\"{references}\n");
        }

        var reading = Reading.Of("whole = ${o} { k = x }\nhalf { include optional(\"no.conf\") } ${?nothing}\n" + text + "o.last = 1\n");
        Assert.Equal("", reading.FaultText);
        return string.Join('\n', Enumerable.Range(0, Keys).Select(i => ValueAt(reading.Root, PathOf(keys, i))));
    }

    private static string PathOf((int[] Targets, int Place)[] keys, int i) => (keys[i].Place % 3) switch
    {
        0 => $"k{i}",
        1 => $"o.k{i}",
        _ => $"o.p{i % 2}.k{i}",
    };

    private static string ValueAt(ConfigObject root, string path)
    {
        ConfigValue value = root;
        foreach (string name in path.Split('.'))
        {
            Assert.True(((ConfigObject)value).TryGet(name, out ConfigField? field), path);
            value = field.Value;
        }

        return ((ConfigScalar)value).Text;
    }
}
