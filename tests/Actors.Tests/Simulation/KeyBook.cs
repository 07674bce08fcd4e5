namespace AkkaPipeline.Tests.Simulation;

internal enum KeyStands
{
    Open,
    Halted,
    Parked,
}

/// <summary>One key in the books: what waits, what holds it, what has run.</summary>
internal sealed class KeyBook(string name)
{
    public string Name => name;

    /// <summary>The items that wait, by their place in the books.</summary>
    public SortedSet<int> Ready { get; } = [];

    /// <summary>Items granted or backing off, and code that was given up and still runs.</summary>
    public int Held { get; set; }

    public KeyStands Stands { get; set; }

    /// <summary>Where it stands among the keys that may be granted.</summary>
    public (long Priority, int Index)? Place { get; set; }

    /// <summary>Items that living consumers run at the moment.</summary>
    public int Running { get; set; }

    /// <summary>The item that was started last; -1: none.</summary>
    public int LastStarted { get; set; } = -1;

    /// <summary>The latest item that was ever started; -1: none.</summary>
    public int MostStarted { get; set; } = -1;

    public RateBook? Rate { get; set; }

    public bool MayBeGranted => Held == 0 && Ready.Count > 0 && Stands != KeyStands.Halted;
}
