namespace AkkaPipeline.Storing.Sqlite;

/// <summary>
/// One instance at a time: a file held open by whoever has the store. Who that is stands in a second file, because a file
/// that is held cannot be read. Neither is deleted with the lock: between looking and locking it could be another file.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream held;
    private readonly string owner;

    private StoreLock(FileStream held, string owner)
    {
        this.held = held;
        this.owner = owner;
    }

    public static string PathOf(string store) => store + ".lock";

    /// <exception cref="StoreException">Held by another for longer than is waited.</exception>
    public static async Task<StoreLock> TakeAsync(string store, TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            if (TryTake(store) is { } taken)
            {
                return taken;
            }

            if (time.GetElapsedTime(since) >= wait)
            {
                throw InUse(store, wait);
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    public static StoreException InUse(string store, TimeSpan waited) => new(
        $"{store} is in use by {OwnerOf(store)}; waited {ReadableTime.Of(waited)} for it to end. "
        + "End that one, or give this queue a file of its own.");

    /// <returns>Null: another holds it.</returns>
    public static StoreLock? TryTake(string store)
    {
        try
        {
            var taken = new StoreLock(StoreFiles.OpenPrivate(PathOf(store), FileShare.None), store + ".owner");
            taken.NoteOwner();
            return taken;
        }
        catch (IOException error) when (IsOfSharing(error))
        {
            return null;
        }
    }

    /// <summary>Whether somebody holds it. Whoever takes it at the very moment of looking is delayed by a pause, no more.</summary>
    public static bool IsHeld(string store)
    {
        try
        {
            using var look = new FileStream(PathOf(store), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException error) when (IsOfSharing(error))
        {
            return true;
        }
    }

    public static string OwnerOf(string store)
    {
        try
        {
            return File.ReadAllText(store + ".owner").Trim() is { Length: > 0 } owner ? owner : "another process";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(owner);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Left behind, it is overwritten by the next owner.
        }

        held.Dispose();
    }

    private void NoteOwner()
    {
        try
        {
            using var text = StoreFiles.OpenPrivate(owner, FileShare.ReadWrite);
            text.SetLength(0);
            text.Write(System.Text.Encoding.UTF8.GetBytes($"process {Environment.ProcessId} on {Environment.MachineName}\n"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk may be full. It is held all the same; only who has it cannot be told.
        }
    }

    /// <summary>Errors of sharing: EAGAIN, and ERROR_SHARING_VIOLATION.</summary>
    private static bool IsOfSharing(IOException error) =>
        error.GetType() == typeof(IOException) && (error.HResult is 11 or 35 || (error.HResult & 0xFFFF) == 32);
}
