using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using AkkaPipeline.Queueing;
using AkkaPipeline.Storing.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace AkkaPipeline.Storing;

/// <summary>
/// What runs, in a file mapped into memory: a slot for each grant that is being run, written with plain stores and never
/// synced. What stands there when the process dies is left to the next one; a machine that has been started anew has
/// nobody to suspect. Thread-safe.
/// </summary>
/// <remarks>
/// All numbers are 64 bits in the machine's order. Bytes 0 to 63: mark, epoch, then hashes of the store's instance, the
/// machine's start and the process, and how many suspects are listed. Then one number for each of these: its sequence
/// number times 16, plus how often the process has died while it ran alone times 4, plus its standing; or 0. From the next multiple of 64: the slots, 64 bytes each: a sequence number, or 0.
/// </remarks>
internal sealed class RunningPage
{
    private const long Mark = 0x31_6E_75_52_6C_50_6B_41; // "AkPlRun1"
    private const int HeaderBytes = 64;
    private const int SlotBytes = 64;
    private const int SlotsAtFirst = 64;
    private const int StandingBits = 2;
    private const int DeathsBits = 2;

    // Once may be chance: somebody may have killed the process while an innocent item ran alone.
    private const int DeathsThatProve = 2;

    private static readonly string ThisProcess = Guid.NewGuid().ToString("N");

    private readonly string path;
    private readonly FileStream file;
    private readonly Lock gate = new();
    private readonly Stack<RunningSlot> free = new();
    private readonly Dictionary<long, Listed> listed = [];
    private readonly List<MappedPart> parts = [];
    private bool closed;

    private RunningPage(string path, FileStream file, SortedDictionary<long, int> deathsAlone)
    {
        this.path = path;
        this.file = file;
        Suspects = [.. deathsAlone.Select(suspect => new SuspectedItem(suspect.Key, IsProven: suspect.Value >= DeathsThatProve))];
    }

    /// <summary>What ran when the last process died.</summary>
    public IReadOnlyList<SuspectedItem> Suspects { get; }

    /// <summary>Each queue of a store has its own.</summary>
    public static string PathOf(string store, string queue) => $"{store}.running-{Uri.EscapeDataString(queue)}";

    /// <summary>Reads what an earlier process has left, and begins anew.</summary>
    /// <param name="path">The file.</param>
    /// <param name="opened">The store that it belongs to, held by this process alone.</param>
    public static RunningPage Open(string path, StoreOpened opened) => Open(path, opened, ThisProcess, BootId());

    /// <param name="path">The file.</param>
    /// <param name="opened">The store that it belongs to, held by this process alone.</param>
    /// <param name="process">What no other process is called.</param>
    /// <param name="boot">What changes when the machine is started.</param>
    internal static RunningPage Open(string path, StoreOpened opened, string process, string boot)
    {
        long[] identity = [opened.Epoch, HashOf(opened.Identity.Instance), HashOf(boot), HashOf(process)];
        var suspects = File.Exists(path) ? Read(File.ReadAllBytes(path), identity) : [];
        var next = path + ".new";
        File.Delete(next);
        var file = StoreFiles.OpenPrivate(next, FileShare.Read);
        try
        {
            long[] head = [Mark, .. identity, suspects.Count, 0, 0];
            long[] words = [.. head, .. suspects.Select(suspect => WordOf(suspect.Key, suspect.Value, SuspectStanding.Suspected))];
            file.Write(MemoryMarshal.AsBytes<long>(words));
            var page = new RunningPage(path, file, suspects);
            page.MapHead(suspects);
            page.AddSlots(SlotsAtFirst);
            File.Move(next, path, overwrite: true);
            return page;
        }
        catch
        {
            file.Dispose();
            File.Delete(next);
            throw;
        }
    }

    /// <summary>Where a grant notes which of its items runs; to be given back when none does. Null: there is no room for it.</summary>
    public RunningSlot? Take()
    {
        lock (gate)
        {
            if (closed || (free.Count == 0 && !TryAddSlots()))
            {
                return null;
            }

            var slot = free.Pop();
            slot.Part.SlotsOut++;
            return slot;
        }
    }

    public void GiveBack(RunningSlot slot)
    {
        slot.Clear();
        lock (gate)
        {
            slot.Part.SlotsOut--;
            free.Push(slot);
            UnmapIfClosed(slot.Part);
        }
    }

    /// <summary>Notes what has become of a suspect.</summary>
    public void Note(long sequence, SuspectStanding standing)
    {
        lock (gate)
        {
            if (closed || !listed.TryGetValue(sequence, out var entry))
            {
                return;
            }

            switch (standing)
            {
                case SuspectStanding.Cleared:
                    Marshal.WriteInt64(entry.Address, 0);
                    listed.Remove(sequence);
                    break;
                case SuspectStanding.Charged:
                    // One that has been proven once needs no second proof.
                    listed[sequence] = entry with { Deaths = DeathsThatProve - 1 };
                    Marshal.WriteInt64(entry.Address, WordOf(sequence, DeathsThatProve - 1, SuspectStanding.Suspected));
                    break;
                default:
                    Marshal.WriteInt64(entry.Address, WordOf(sequence, entry.Deaths, standing));
                    break;
            }
        }
    }

    /// <summary>The queue has ended: its file goes, unless suspects are left. Code that was given up may still write to its slot.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            parts.ForEach(UnmapIfClosed);
            file.Dispose();
            if (listed.Count == 0)
            {
                File.Delete(path);
            }
        }
    }

    private void UnmapIfClosed(MappedPart part)
    {
        if (closed && part.SlotsOut == 0)
        {
            part.Dispose();
        }
    }

    private void MapHead(SortedDictionary<long, int> suspects)
    {
        var head = Grow(RoundedUp(HeaderBytes + (suspects.Count * sizeof(long))));
        var address = head.Address + HeaderBytes;
        foreach (var (sequence, deaths) in suspects)
        {
            listed[sequence] = new Listed(address, deaths);
            address += sizeof(long);
        }
    }

    private bool TryAddSlots()
    {
        try
        {
            AddSlots((int)((file.Length - parts[0].Bytes) / SlotBytes));
            return true;
        }
        catch (IOException)
        {
            // The disk is full: nothing is lost by not noting what runs.
            return false;
        }
    }

    private void AddSlots(int count)
    {
        var part = Grow(count * SlotBytes);
        for (var index = count - 1; index >= 0; index--)
        {
            free.Push(new RunningSlot(part, part.Address + (index * SlotBytes)));
        }
    }

    /// <summary>Maps the next bytes. They are written first: a page without its place on the disk could not be stored to.</summary>
    private MappedPart Grow(int bytes)
    {
        var from = parts.Sum(part => (long)part.Bytes);
        file.Position = file.Length;
        file.Write(new byte[from + bytes - file.Length]);
        file.Flush();
        var part = new MappedPart(file, from, bytes);
        parts.Add(part);
        return part;
    }

    private static long WordOf(long sequence, int deaths, SuspectStanding standing) =>
        (((sequence << DeathsBits) | (long)deaths) << StandingBits) | (long)standing;

    /// <summary>The suspects, and how often the process has died while each ran alone.</summary>
    private static SortedDictionary<long, int> Read(byte[] content, long[] identity)
    {
        var words = MemoryMarshal.Cast<byte, long>(content.AsSpan(0, content.Length / sizeof(long) * sizeof(long)));
        const int Head = HeaderBytes / sizeof(long);
        if (words.Length < Head || words[0] != Mark || words[1] >= identity[0] || words[2] != identity[1] || words[3] != identity[2]
            || words[5] < 0 || words[5] > words.Length - Head)
        {
            return [];
        }

        var listedWords = words.Slice(Head, (int)words[5]);
        HashSet<long> running = words[4] == identity[3] ? [] : RunningIn(words, listedWords.Length);
        var suspects = new SortedDictionary<long, int>();
        foreach (var word in listedWords)
        {
            var (standing, deaths, sequence) = (
                (SuspectStanding)(word & ((1 << StandingBits) - 1)),
                (int)(word >> StandingBits) & ((1 << DeathsBits) - 1),
                word >> (StandingBits + DeathsBits));
            if (sequence > 0)
            {
                var diedAlone = standing == SuspectStanding.RunsAlone && running.Count == 1 && running.Contains(sequence);
                suspects[sequence] = Math.Min(DeathsThatProve, deaths + (diedAlone ? 1 : 0));
            }
        }

        foreach (var sequence in running)
        {
            suspects.TryAdd(sequence, 0);
        }

        return suspects;
    }

    private static HashSet<long> RunningIn(ReadOnlySpan<long> words, int listedCount)
    {
        var running = new HashSet<long>();
        var first = RoundedUp(HeaderBytes + (listedCount * sizeof(long))) / sizeof(long);
        for (var index = first; index < words.Length; index += SlotBytes / sizeof(long))
        {
            if (words[index] > 0)
            {
                running.Add(words[index]);
            }
        }

        return running;
    }

    private static int RoundedUp(int bytes) => (bytes + SlotBytes - 1) / SlotBytes * SlotBytes;

    private static long HashOf(string text) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Empty where the system does not tell: then a restart of the machine leaves suspects, which are run alone for nothing.</summary>
    private static string BootId()
    {
        const string Linux = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Linux) ? File.ReadAllText(Linux).Trim() : string.Empty;
    }

    /// <param name="Address">Of its number in the file.</param>
    /// <param name="Deaths">While it ran alone.</param>
    private readonly record struct Listed(nint Address, int Deaths);
}

/// <summary>Where it stands which item runs. Whoever holds it writes it; the part it lies in stays mapped as long.</summary>
internal sealed class RunningSlot(MappedPart part, nint address)
{
    /// <summary>Where it lies.</summary>
    public MappedPart Part => part;

    /// <summary>An item begins to run.</summary>
    public void Set(long sequence) => Marshal.WriteInt64(address, sequence);

    /// <summary>None runs.</summary>
    public void Clear() => Marshal.WriteInt64(address, 0);
}

/// <summary>Bytes of a file, mapped into memory until the queue has ended and nobody has a slot of them.</summary>
internal sealed class MappedPart : IDisposable
{
    private readonly SafeMemoryMappedViewHandle view;

    public MappedPart(FileStream file, long from, int bytes)
    {
        using var mapped = MemoryMappedFile.CreateFromFile(
            file, null, from + bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        var accessor = mapped.CreateViewAccessor(from, bytes);
        view = accessor.SafeMemoryMappedViewHandle;
        Bytes = bytes;
        Address = view.DangerousGetHandle() + (nint)accessor.PointerOffset;
    }

    public int Bytes { get; }

    /// <summary>How many of its slots are held.</summary>
    public int SlotsOut { get; set; }

    /// <summary>Of the first byte.</summary>
    public nint Address { get; }

    public bool IsUnmapped => view.IsClosed;

    /// <summary>Unmaps it. Not by the accessor, which would sync first: nobody needs that of a file that goes.</summary>
    public void Dispose() => view.Dispose();
}
