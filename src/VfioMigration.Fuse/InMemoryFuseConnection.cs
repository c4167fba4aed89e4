using System.Runtime.InteropServices;

using VfioMigration.Uapi;

namespace VfioMigration.Fuse;

/// <summary>
/// A connection whose kernel is the caller: requests are queued with <see cref="Submit"/>, and what the session sends is kept until
/// taken. With it a whole session, threads included, runs without a mount.
/// </summary>
public sealed class InMemoryFuseConnection : IFuseConnection
{
    private readonly Lock gate = new();
    private readonly Queue<byte[]> requests = new();
    private readonly List<byte[]> sent = [];
    private readonly SemaphoreSlim requestReady = new(0);
    private readonly SemaphoreSlim sentReady = new(0);
    private bool unmounted;

    /// <summary>Answers with an errno instead of accepting a message, as the kernel may; null accepts.</summary>
    public Func<byte[], Errno>? OnSend { get; set; }

    /// <summary>Answers the registration of backing files; null is a kernel without passthrough.</summary>
    public Func<SafeHandle, Result<int>>? OnOpenBacking { get; set; }

    /// <summary>Backing ids that were taken back, in order.</summary>
    public List<int> ClosedBackings { get; } = [];

    public Result<int> Receive(Span<byte> buffer)
    {
        requestReady.Wait();
        byte[] request;
        lock (gate)
        {
            if (unmounted)
            {
                requestReady.Release();
                return Errno.ENODEV;
            }

            request = requests.Dequeue();
        }

        if (request.Length > buffer.Length)
        {
            return Errno.EINVAL;
        }

        request.CopyTo(buffer);
        return request.Length;
    }

    public Errno Send(ReadOnlySpan<byte> message)
    {
        byte[] copy = message.ToArray();
        Errno verdict = OnSend?.Invoke(copy) ?? Errno.None;
        lock (gate)
        {
            sent.Add(copy);
        }

        sentReady.Release();
        return verdict;
    }

    public Result<int> OpenBacking(SafeHandle file) => OnOpenBacking?.Invoke(file) ?? Errno.EOPNOTSUPP;

    public void CloseBacking(int id) => ClosedBackings.Add(id);

    public void Submit(byte[] request)
    {
        lock (gate)
        {
            requests.Enqueue(request);
        }

        requestReady.Release();
    }

    /// <summary>From now on every receive answers ENODEV.</summary>
    public void Unmount()
    {
        lock (gate)
        {
            unmounted = true;
        }

        requestReady.Release();
    }

    /// <summary>The oldest message not yet taken, or null when none arrives in time.</summary>
    public byte[]? Take(TimeSpan timeout)
    {
        if (!sentReady.Wait(timeout))
        {
            return null;
        }

        lock (gate)
        {
            byte[] first = sent[0];
            sent.RemoveAt(0);
            return first;
        }
    }

    public void Dispose() => Unmount();
}
