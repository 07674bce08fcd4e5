namespace AkkaPipeline.Host.Parsing;

/// <summary>A log line's record as one line of JSON.</summary>
internal static class CombinedLogJson
{
    // The keys, the time, eleven nulls or pairs of quotes: about 200 bytes.
    private const int FrameBytesMax = 512;

    /// <summary>How much room <see cref="Write"/> can need at most for a line of so many bytes.</summary>
    public static long BytesMax(int lineBytes) => FrameBytesMax + ((long)JsonCursor.EscapedBytesMax * lineBytes);

    /// <summary>
    /// Writes the object and a line feed. <c>request</c> is there only if the request is not three words, and method,
    /// path and protocol are null then.
    /// </summary>
    /// <returns>How many bytes were written.</returns>
    public static int Write(in CombinedLogRecord record, Span<byte> destination)
    {
        var json = new JsonCursor(destination);
        json.Raw("{\"host\":"u8);
        json.TextOrNull(record.Host);
        json.Raw(",\"ident\":"u8);
        json.TextOrNull(record.Ident);
        json.Raw(",\"user\":"u8);
        json.TextOrNull(record.User);
        json.Raw(",\"time\":\""u8);
        CombinedLogTime.WriteIso(record.Time, json.Raw(CombinedLogTime.IsoLength));
        WriteRequest(record, ref json);
        json.Raw(",\"status\":"u8);
        json.NumberOrNull(record.Status);
        json.Raw(",\"bytes\":"u8);
        json.NumberOrNull(record.Bytes);
        json.Raw(",\"referrer\":"u8);
        json.TextOrNull(record.Referrer);
        json.Raw(",\"agent\":"u8);
        json.TextOrNull(record.Agent);
        json.Raw("}\n"u8);
        return json.Written;
    }

    private static void WriteRequest(in CombinedLogRecord record, ref JsonCursor json)
    {
        if (!record.TryCutRequest(out var method, out var path, out var protocol))
        {
            json.Raw("\",\"method\":null,\"path\":null,\"protocol\":null,\"request\":"u8);
            json.TextOrNull(record.Request);
            return;
        }

        json.Raw("\",\"method\":"u8);
        json.TextOrNull(method);
        json.Raw(",\"path\":"u8);
        json.TextOrNull(path);
        json.Raw(",\"protocol\":"u8);
        json.TextOrNull(protocol);
    }
}
