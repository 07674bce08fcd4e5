using System.Globalization;
using System.Text;
using AkkaPipeline.Configuring;
using CsCheck;
using Xunit;

namespace AkkaPipeline.Tests.Configuring;

/// <summary>
/// Whatever the bytes are, the reader ends, and says a place within the text for each fault. <c>AKKAPIPELINE_FUZZ=N</c> tries N
/// times as many.
/// </summary>
public sealed class HoconFuzzTests
{
    private const string Valid = """
        # A file with everything in it.
        include optional("not-there.conf")
        base { type = file, path = "in.log", size = 64 KiB, tags = [a, "b c", 3] }
        akka-pipeline.pipelines.p {
          source = ${base} { path = "other.log" }
          consume { type = parse, consumers : 4 } // four
          text = "two\nlines \u00e4" tail, block = '''raw "text" '''
          tags += d
          tags += [1, [2], { x = 1 }]
          tags = ${akka-pipeline.pipelines.p.tags} [e]
          home = ${?HOME}
        }
        """;

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "(", ")", ":", "=", "+=", ",", "\n", "\r\n", " ", "\t", "\"", "\"\"\"", "'", "#", "//", "\\", "$", "${", "${?",
        "${a}", "${?b}", "${a.b}", "a", "b", "a.b", "c", ".", "..", "include ", "include \"t.conf\"", "optional(", "null", "true", "25 s",
        "1", "-", "\\u00", "\\uD800", "é", "\u2028", "\uFEFF", "a = ", "b = ", "a { ", "a += ", "\0",
    ];

    private static readonly long Factor =
        long.TryParse(Environment.GetEnvironmentVariable("AKKAPIPELINE_FUZZ"), CultureInfo.InvariantCulture, out long factor) ? factor : 1;

    private static readonly string Text = Valid.Replace("'''", "\"\"\"", StringComparison.Ordinal);

    private static readonly Gen<string> AnyPiece = Gen.Int[0, Pieces.Length - 1].Select(index => Pieces[index]);

    [Fact]
    public void The_text_that_is_mutated_is_valid()
    {
        Assert.Equal("", Reading.Of(Text).FaultText);
    }

    [Fact]
    public void Random_bytes_end_in_faults_or_values()
    {
        Gen.Byte.Array[0, 400].Sample(Check, iter: 5_000 * Factor);
    }

    [Fact]
    public void Random_pieces_of_the_language_end_in_faults_or_values()
    {
        AnyPiece.Array[0, 60].Sample(pieces => Check(Encoding.UTF8.GetBytes(string.Concat(pieces))), iter: 20_000 * Factor);
    }

    [Fact]
    public void A_valid_text_with_a_piece_cut_out_or_put_in_ends_in_faults_or_values()
    {
        var mutation = Gen.Select(Gen.Int[0, Text.Length], Gen.Int[0, 12], AnyPiece);
        mutation.Array[1, 4].Sample(mutations => Check(Encoding.UTF8.GetBytes(mutations.Aggregate(Text, Mutate))), iter: 5_000 * Factor);
    }

    [Fact]
    public void A_valid_text_cut_off_anywhere_ends_in_faults_or_values()
    {
        for (int length = 0; length <= Text.Length; length++)
        {
            Check(Encoding.UTF8.GetBytes(Text[..length]));
        }
    }

    private static string Mutate(string text, (int At, int Cut, string Piece) mutation)
    {
        int at = Math.Min(mutation.At, text.Length);
        return text[..at] + mutation.Piece + text[Math.Min(text.Length, at + mutation.Cut)..];
    }

    private static void Check(byte[] bytes)
    {
        var reading = Reading.Of(bytes);
        int lines = 1 + bytes.Count(value => value is (byte)'\n' or (byte)'\r');
        foreach (ConfigFault fault in reading.Faults.Sorted())
        {
            Assert.InRange(fault.Place.Line, 1, lines);
            Assert.InRange(fault.Place.Column, 1, bytes.Length + 1);
        }

        _ = ConfigShowing.Show(reading.Root);
        _ = AkkaConfiguration.From(reading.Root);
    }
}
