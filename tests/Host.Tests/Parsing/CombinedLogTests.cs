using System.Text;
using AkkaPipeline.Host.Parsing;
using Xunit;

namespace AkkaPipeline.Host.Tests.Parsing;

public class CombinedLogTests
{
    private const string Good =
        "83.149.9.216 - frank [17/May/2015:10:05:03 +0000] \"GET /a?b=c HTTP/1.1\" 200 203023 \"http://example.com/\" \"Mozilla/5.0 (X11)\"";

    [Fact]
    public void A_plain_line_has_its_fields_in_order() => AssertJson(
        Good,
        """{"host":"83.149.9.216","ident":null,"user":"frank","time":"2015-05-17T10:05:03+00:00","method":"GET","path":"/a?b=c","protocol":"HTTP/1.1","status":200,"bytes":203023,"referrer":"http://example.com/","agent":"Mozilla/5.0 (X11)"}""");

    [Fact]
    public void A_lone_dash_is_null_everywhere() => AssertJson(
        """
        ::1 - - [17/May/2015:10:05:03 +0000] "-" - - "-" "-"
        """,
        """{"host":"::1","ident":null,"user":null,"time":"2015-05-17T10:05:03+00:00","method":null,"path":null,"protocol":null,"request":null,"status":null,"bytes":null,"referrer":null,"agent":null}""");

    [Theory]
    [InlineData("GET /", "GET /")]
    [InlineData("GET /a b HTTP/1.1", "GET /a b HTTP/1.1")]
    [InlineData("GET  HTTP/1.1", "GET  HTTP/1.1")]
    [InlineData(" / HTTP/1.1", " / HTTP/1.1")]
    [InlineData("GET / ", "GET / ")]
    [InlineData("", "")]
    [InlineData("""\x16\x03\x01""", """\\x16\\x03\\x01""")]
    public void A_request_that_is_not_three_words_is_kept_whole(string request, string json) => Assert.Contains(
        $"\"method\":null,\"path\":null,\"protocol\":null,\"request\":\"{json}\",\"status\":200",
        Json(Good.Replace("GET /a?b=c HTTP/1.1", request, StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Fact]
    public void A_dash_within_a_request_of_three_words_is_null() => Assert.Contains(
        "\"method\":\"GET\",\"path\":null,\"protocol\":\"HTTP/1.1\"",
        Json(Good.Replace("/a?b=c", "-", StringComparison.Ordinal)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("""\"quoted\" agent""", """\\\"quoted\\\" agent""")]
    [InlineData("""ends in a backslash \\""", """ends in a backslash \\\\""")]
    [InlineData("""\xe4\n""", """\\xe4\\n""")]
    [InlineData("tab\t bell\a del\u007f", "tab\\t bell\\u0007 del\u007f")]
    [InlineData("é+<>&'/ 😀", "é+<>&'/ 😀")]
    [InlineData("", "")]
    public void A_backslash_sequence_stays_as_written(string agent, string json) => Assert.EndsWith(
        $"\"agent\":\"{json}\"}}\n", Json(Good.Replace("Mozilla/5.0 (X11)", agent, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("200 203023", "000 007", "\"status\":0,\"bytes\":7,")]
    [InlineData("200 203023", "499 0", "\"status\":499,\"bytes\":0,")]
    [InlineData("200 203023", "304 -", "\"status\":304,\"bytes\":null,")]
    [InlineData("200 203023", "- 999999999999999999", "\"status\":null,\"bytes\":999999999999999999,")]
    [InlineData("17/May/2015:10:05:03 +0000", "29/Feb/2016:23:59:59 -0930", "\"2016-02-29T23:59:59-09:30\"")]
    [InlineData("17/May/2015:10:05:03 +0000", "31/Dec/0001:00:00:00 +1400", "\"0001-12-31T00:00:00+14:00\"")]
    [InlineData("17/May/2015:10:05:03 +0000", "01/Jan/2015:00:00:00 -0000", "\"2015-01-01T00:00:00+00:00\"")]
    [InlineData("83.149.9.216", "2001:db8::8a2e:370:7334", "\"host\":\"2001:db8::8a2e:370:7334\"")]
    [InlineData("83.149.9.216", "crawl-66-249-66-1.googlebot.com", "\"host\":\"crawl-66-249-66-1.googlebot.com\"")]
    public void Unusual_values_are_values(string usual, string unusual, string json) => Assert.Contains(
        json, Json(Good.Replace(usual, unusual, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, "host at column 1: the line ends before it")]
    [InlineData(12, "host at column 1: the line ends in it")]
    [InlineData(14, "ident at column 14: the line ends in it")]
    [InlineData(15, "user at column 16: the line ends before it")]
    [InlineData(40, "time at column 22: not [dd/Mon/yyyy:hh:mm:ss +hhmm]")]
    [InlineData(49, "time at column 50: the line ends after it")]
    [InlineData(60, "request at column 51: its quote is not closed, the line ends in it")]
    [InlineData(72, "status at column 73: the line ends before it")]
    [InlineData(82, "bytes at column 77: the line ends in it")]
    [InlineData(104, "referrer at column 105: the line ends after it")]
    [InlineData(105, "agent at column 106: the line ends before it")]
    [InlineData(123, "agent at column 106: its quote is not closed, the line ends in it")]
    public void A_cut_line_is_rejected(int length, string reason) =>
        Assert.Equal(reason, Reason(Encoding.UTF8.GetBytes(Good[..length])));

    [Theory]
    [InlineData("83.149.9.216 ", " ", "host at column 1: it is empty")]
    [InlineData("frank ", "frank x ", "time at column 22: not [dd/Mon/yyyy:hh:mm:ss +hhmm]")]
    [InlineData("] \"GET", "]\"GET", "time at column 50: no space after it")]
    [InlineData("\"GET", "GET", "request at column 51: it does not start with a quote")]
    [InlineData("HTTP/1.1\" ", "HTTP/1.1\"", "request at column 72: no space after it")]
    [InlineData("200 203023", "20x 203023", "status at column 73: neither a number of at most 3 digits nor a dash")]
    [InlineData("200 203023", "2000 203023", "status at column 73: neither a number of at most 3 digits nor a dash")]
    [InlineData("200 203023", "200 -1", "bytes at column 77: neither a number of at most 18 digits nor a dash")]
    [InlineData("200 203023", "200 1234567890123456789", "bytes at column 77: neither a number of at most 18 digits nor a dash")]
    [InlineData(" (X11)\"", " (X11)\\\"", "agent at column 106: its quote is not closed, the line ends in it")]
    [InlineData(" (X11)\"", "\\", "agent at column 106: its quote is not closed, the line ends in it")]
    [InlineData(" (X11)\"", " \"X11\"\"", "agent at column 120: more follows after its closing quote")]
    [InlineData("(X11)\"", "(X11)\" ", "agent at column 125: more follows after its closing quote")]
    [InlineData("(X11)\"", "(X11)\" \"-\"", "agent at column 125: more follows after its closing quote")]
    public void A_malformed_line_is_told_by_field_and_column(string usual, string malformed, string reason) =>
        Assert.Equal(reason, Reason(Encoding.UTF8.GetBytes(Good.Replace(usual, malformed, StringComparison.Ordinal))));

    [Theory]
    [InlineData("00/May/2015:10:05:03 +0000", "no such day")]
    [InlineData("32/May/2015:10:05:03 +0000", "no such day")]
    [InlineData("31/Apr/2015:10:05:03 +0000", "no such day")]
    [InlineData("29/Feb/2015:10:05:03 +0000", "no such day")]
    [InlineData("29/Feb/1900:10:05:03 +0000", "no such day")]
    [InlineData(" 7/May/2015:10:05:03 +0000", "no such day")]
    [InlineData("17/may/2015:10:05:03 +0000", "no such month")]
    [InlineData("17/Mai/2015:10:05:03 +0000", "no such month")]
    [InlineData("17/May/0000:10:05:03 +0000", "no such year")]
    [InlineData("17/May/20x5:10:05:03 +0000", "no such year")]
    [InlineData("17/May/x015:10:05:03 +0000", "no such year")]
    [InlineData("17/May/2015:24:05:03 +0000", "no such time of day")]
    [InlineData("17/May/2015:10:60:03 +0000", "no such time of day")]
    [InlineData("17/May/2015:10:05:60 +0000", "no such time of day")]
    [InlineData("17/May/2015:10:05:03 +1401", "no such offset from UTC")]
    [InlineData("17/May/2015:10:05:03 +0060", "no such offset from UTC")]
    [InlineData("17/May/2015:10:05:03 00000", "no such offset from UTC")]
    [InlineData("17-May-2015:10:05:03 +0000", "not dd/Mon/yyyy:hh:mm:ss +hhmm")]
    [InlineData("2015-05-17T10:05:03+00:00 ", "not dd/Mon/yyyy:hh:mm:ss +hhmm")]
    [InlineData("17/May/2015:10:05:03", "not [dd/Mon/yyyy:hh:mm:ss +hhmm]")]
    [InlineData("-", "not [dd/Mon/yyyy:hh:mm:ss +hhmm]")]
    public void A_time_that_is_none_is_malformed(string time, string reason) => Assert.Equal(
        $"time at column 22: {reason}",
        Reason(Encoding.UTF8.GetBytes(Good.Replace("17/May/2015:10:05:03 +0000", time, StringComparison.Ordinal))));

    [Fact]
    public void Bytes_that_are_not_text_are_malformed()
    {
        byte[] line = Encoding.Latin1.GetBytes(Good.Replace("X11", "é", StringComparison.Ordinal));

        Assert.Equal("the line at column 120: not valid UTF-8", Reason(line));
    }

    private static void AssertJson(string line, string json) => Assert.Equal(json + "\n", Json(line));

    private static string Json(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        var destination = new byte[CombinedLogJson.BytesMax(bytes.Length)];
        int written = CombinedLogJson.Write(CombinedLog.Parse(bytes), destination);
        return Encoding.UTF8.GetString(destination, 0, written);
    }

    private static string Reason(byte[] line) =>
        Assert.Throws<MalformedLineException>(() => CombinedLog.Parse(line)).Message;
}
