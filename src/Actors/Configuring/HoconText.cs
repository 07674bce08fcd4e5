using System.Buffers;
using System.Text;

namespace AkkaPipeline.Configuring;

/// <summary>
/// Turns the bytes of a file into characters. What is not UTF-8 and control characters that no text holds are faults
/// with a place; they are replaced by U+FFFD so that the rest of the file can be read for further faults.
/// </summary>
internal static class HoconText
{
    public static string? Decode(ReadOnlySpan<byte> bytes, ConfigFile file, ConfigFaults faults)
    {
        if (bytes.StartsWith<byte>([0xFF, 0xFE]) || bytes.StartsWith<byte>([0xFE, 0xFF]))
        {
            faults.AddStructural(new ConfigPlace(file, 1, 1), "this file is UTF-16; save it as UTF-8");
            return null;
        }

        if (bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
        {
            bytes = bytes[3..];
        }

        var text = new StringBuilder(bytes.Length);
        (int line, int column, int broken) = (1, 1, 0);
        while (!bytes.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
            string? fault = FaultOf(status, rune, bytes[0]);
            if (fault is not null)
            {
                faults.NoteLostKeys();
                faults.Add(new ConfigPlace(file, line, column), fault);
                rune = Rune.ReplacementChar;
                if (++broken >= ConfigLimits.BrokenCharactersMax)
                {
                    faults.AddStructural(new ConfigPlace(file, line, column), "the rest is not read: this does not seem to be a text file");
                    return null;
                }
            }

            bool lineEnds = rune.Value == '\n' || (rune.Value == '\r' && (bytes.Length == 1 || bytes[1] != '\n'));
            (line, column) = lineEnds ? (line + 1, 1) : (line, column + 1);
            text.Append(rune);
            bytes = bytes[length..];
        }

        return text.ToString();
    }

    private static string? FaultOf(OperationStatus status, Rune rune, byte first)
    {
        if (status != OperationStatus.Done)
        {
            return $"the byte 0x{first:X2} is not valid UTF-8";
        }

        return rune.Value switch
        {
            0 => "a NUL byte (0x00) cannot stand in a configuration file",
            < 9 or (> 13 and < 28) or 127 => $"the control character U+{rune.Value:X4} cannot stand in a configuration file",
            _ => null,
        };
    }
}
