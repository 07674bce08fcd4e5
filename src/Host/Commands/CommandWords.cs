namespace AkkaPipeline.Host.Commands;

/// <summary>The words of a command line, taken one by one until none may be left.</summary>
internal sealed class CommandWords
{
    private readonly List<string> options;
    private readonly List<string> literals;

    public CommandWords(IReadOnlyList<string> arguments)
    {
        options = [.. arguments.TakeWhile(argument => argument != "--")];
        literals = [.. arguments.Skip(options.Count + 1)];
    }

    public bool TakeFlag(string name) => options.RemoveAll(word => word == name) > 0;

    /// <summary>The option's value; null if it is not there.</summary>
    public string? TakeOption(string name)
    {
        int index = FindOption(name);
        if (index < 0)
        {
            return null;
        }

        string value = TakeAt(index, name);
        return FindOption(name) < 0 ? value : throw new UsageException($"{name} is given twice.");
    }

    /// <summary>The values of an option that may be given again and again.</summary>
    public IReadOnlyList<string> TakeOptions(string name)
    {
        var values = new List<string>();
        for (int index = FindOption(name); index >= 0; index = FindOption(name))
        {
            values.Add(TakeAt(index, name));
        }

        return values;
    }

    /// <summary>The next word that is no option.</summary>
    public string TakeWord(string expected)
    {
        List<string> from = options.Exists(IsWord) ? options : literals;
        int index = from == options ? options.FindIndex(IsWord) : 0;
        if (index >= from.Count)
        {
            throw new UsageException(options.Count > 0 ? $"Unknown option '{options[0]}'." : $"Missing {expected}.");
        }

        string word = from[index];
        from.RemoveAt(index);
        return word;
    }

    public void ExpectNothing()
    {
        if (options.Find(word => !IsWord(word)) is { } option)
        {
            throw new UsageException($"Unknown option '{option}'.");
        }

        if (options.Concat(literals).FirstOrDefault() is { } word)
        {
            throw new UsageException($"One word too many: '{word}'.");
        }
    }

    private string TakeAt(int index, string name)
    {
        bool isJoined = options[index] != name;
        if (!isJoined && index + 1 == options.Count)
        {
            throw new UsageException($"{name} needs a value.");
        }

        string value = isJoined ? options[index][(name.Length + 1)..] : options[index + 1];
        options.RemoveRange(index, isJoined ? 1 : 2);
        return value;
    }

    private int FindOption(string name) =>
        options.FindIndex(word => word == name || word.StartsWith(name + "=", StringComparison.Ordinal));

    private static bool IsWord(string word) => !word.StartsWith('-') || word == "-";
}
