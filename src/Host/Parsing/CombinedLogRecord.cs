namespace AkkaPipeline.Host.Parsing;

/// <summary>
/// The fields of one line in combined log format, as slices of it. A field that the server did not know is a lone
/// dash.
/// </summary>
internal ref struct CombinedLogRecord
{
    public ReadOnlySpan<byte> Host;
    public ReadOnlySpan<byte> Ident;
    public ReadOnlySpan<byte> User;

    /// <summary>Between the brackets, known to be a valid time: <c>17/May/2015:10:05:03 +0000</c>.</summary>
    public ReadOnlySpan<byte> Time;

    /// <summary>Between the quotes, its backslash sequences as they were written.</summary>
    public ReadOnlySpan<byte> Request;

    /// <summary>At most three digits, or a dash.</summary>
    public ReadOnlySpan<byte> Status;

    /// <summary>At most 18 digits, or a dash.</summary>
    public ReadOnlySpan<byte> Bytes;

    public ReadOnlySpan<byte> Referrer;
    public ReadOnlySpan<byte> Agent;

    /// <summary>Cuts the request into method, path and protocol; false if it is not three words.</summary>
    public readonly bool TryCutRequest(
        out ReadOnlySpan<byte> method, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> protocol)
    {
        path = protocol = default;
        method = Request;
        int first = Request.IndexOf((byte)' ');
        int last = Request.LastIndexOf((byte)' ');
        if (first <= 0 || last <= first + 1 || last == Request.Length - 1)
        {
            return false;
        }

        method = Request[..first];
        path = Request[(first + 1)..last];
        protocol = Request[(last + 1)..];
        return !path.Contains((byte)' ');
    }
}
