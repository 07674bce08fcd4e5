namespace AkkaPipeline.Configuring;

/// <summary>Finds the word that somebody probably meant.</summary>
internal static class Suggestions
{
    /// <summary>How many slips a longer word may have and still be taken for another.</summary>
    public const int FarthestMax = 3;

    private const int LengthMax = 64;

    /// <summary>"; did you mean …?", or nothing when no known word is near.</summary>
    /// <param name="written">What was written.</param>
    /// <param name="known">What may be meant.</param>
    /// <param name="farthestMax">How many slips it may be away; a short word less.</param>
    public static string For(string written, IEnumerable<string> known, int farthestMax = FarthestMax)
    {
        if (written.Length > LengthMax)
        {
            return "";
        }

        string plain = Normalize(written);
        int farthest = Math.Max(1, Math.Min(farthestMax, plain.Length / 3));
        string? nearest = known
            .Select(word => (Word: word, Distance: Distance(plain, Normalize(word))))
            .Where(candidate => candidate.Distance <= farthest)
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Word)
            .FirstOrDefault();
        return nearest is null ? "" : $"; did you mean {nearest}?";
    }

    /// <summary>Case, dashes and underscores are what people mix up first.</summary>
    private static string Normalize(string word) =>
        word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (Damerau-Levenshtein, optimal string alignment).</summary>
    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0 ? i + j : Cheapest(cost, a, b, i, j);
            }
        }

        return cost[a.Length, b.Length];
    }

    private static int Cheapest(int[,] cost, string a, string b, int i, int j)
    {
        int replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        int best = Math.Min(replaced, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
        bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
        return swapped ? Math.Min(best, cost[i - 2, j - 2] + 1) : best;
    }
}
