using System.Collections.Concurrent;
using System.Text;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests.Support;

/// <summary>Writes down how it was called and answers what it was told to.</summary>
internal sealed class FakeFileSystem : FuseFileSystem
{
    private int blocked;

    internal ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>What every method answers; None for success.</summary>
    internal Errno Error { get; set; }

    /// <summary>Thrown by every method when set.</summary>
    internal Exception? Bug { get; set; }

    /// <summary>Of files, links and extended attributes.</summary>
    internal byte[] Content { get; set; } = [];

    internal int BytesTaken { get; set; }

    internal PollEvents Ready { get; set; }

    internal string[] Entries { get; set; } = [];

    internal FuseNegotiation? Negotiated { get; private set; }

    internal int DestroyedCount;

    /// <summary>What <see cref="BeginBlocking"/> says; null admits everything.</summary>
    internal Func<FuseAdmission>? OnBegin { get; set; }

    internal string? Refusal { get; set; }

    /// <summary>Whether a signal frees the caller of a request that may block.</summary>
    internal bool IsUninterruptible { get; set; }

    /// <summary>Requests that were admitted and have not left their handlers.</summary>
    internal int Blocked => Volatile.Read(ref blocked);

    /// <summary>Replaces <see cref="Read"/>; takes the call and the handle.</summary>
    internal Func<FuseCall, ulong, Result<int>>? OnRead { get; set; }

    public override Errno Lookup(ulong parent, ReadOnlySpan<byte> name, ref FuseEntryOut entry)
    {
        entry.NodeId = 77;
        return Note($"Lookup {parent} {Text(name)}");
    }

    public override void Forget(ulong node, ulong count) => Note($"Forget {node} {count}");

    public override Errno GetAttributes(ulong node, ref FuseAttr attributes)
    {
        attributes.Ino = node;
        return Note($"GetAttributes {node}");
    }

    public override Errno SetAttributes(ulong node, in FuseSetattrIn request, ref FuseAttr attributes)
    {
        attributes.Mode = request.Mode;
        return Note($"SetAttributes {node} {request.Valid}");
    }

    public override Result<int> ReadLink(ulong node, Span<byte> destination) => Filled(Note($"ReadLink {node}"), destination);

    public override Errno Open(ulong node, OpenFlags flags, ref FuseOpenOut opened)
    {
        opened.Handle = 5;
        return Note($"Open {node} {flags}");
    }

    public override FuseAdmission BeginBlocking(FuseCall call, ulong node, out string? refusal)
    {
        Assert.Null(call.Place);
        FuseAdmission admission = OnBegin?.Invoke() ?? FuseAdmission.Admitted;
        refusal = admission == FuseAdmission.Refused ? Refusal : null;
        if (admission != FuseAdmission.Refused)
        {
            call.Place = node;
            call.IsUninterruptible = IsUninterruptible;
            Interlocked.Increment(ref blocked);
        }

        return admission;
    }

    public override void EndBlocking(FuseCall call)
    {
        Assert.NotNull(call.Place);
        call.Place = null;
        Interlocked.Decrement(ref blocked);
    }

    public override Result<int> Read(FuseCall call, ulong handle, long offset, Span<byte> destination) =>
        OnRead?.Invoke(call, handle) ?? Filled(Note($"Read {handle} {offset} {destination.Length}"), destination);

    public override Result<int> Write(FuseCall call, ulong handle, long offset, ReadOnlySpan<byte> source)
    {
        Errno error = Note($"Write {handle} {offset} {Text(source)}");
        return error == Errno.None ? BytesTaken : error;
    }

    public override void Release(ulong handle) => Note($"Release {handle}");

    public override Errno OpenDirectory(ulong node) => Note($"OpenDirectory {node}");

    public override Errno ReadDirectory(ulong node, ulong offset, ref FuseDirectoryWriter writer)
    {
        for (ulong i = offset; i < (ulong)Entries.Length; i++)
        {
            byte[] name = Encoding.UTF8.GetBytes(Entries[i]);
            if (!writer.Fits(name.Length))
            {
                break;
            }

            writer.Add(name, 100 + i, 8, i + 1, new FuseEntryOut { NodeId = 100 + i });
        }

        return Note($"ReadDirectory {node} {offset} {(writer.Plus ? "plus" : "plain")}");
    }

    public override Errno Poll(ulong handle, ulong? kernelHandle, out PollEvents ready)
    {
        ready = Ready;
        return Note($"Poll {handle} {kernelHandle?.ToString() ?? "-"}");
    }

    public override Result<int> GetExtendedAttribute(ulong node, ReadOnlySpan<byte> name, Span<byte> value) =>
        Sized(Note($"GetExtendedAttribute {node} {Text(name)} {value.Length}"), value);

    public override Errno SetExtendedAttribute(ulong node, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, uint flags) =>
        Note($"SetExtendedAttribute {node} {Text(name)} {Text(value)} {flags}");

    public override Result<int> ListExtendedAttributes(ulong node, Span<byte> names) =>
        Sized(Note($"ListExtendedAttributes {node} {names.Length}"), names);

    public override Errno RemoveExtendedAttribute(ulong node, ReadOnlySpan<byte> name) =>
        Note($"RemoveExtendedAttribute {node} {Text(name)}");

    public override void Initialized(FuseNegotiation negotiation) => Negotiated = negotiation;

    public override void Destroyed() => Interlocked.Increment(ref DestroyedCount);

    private Errno Note(string what)
    {
        Calls.Enqueue(what);
        return Bug is null ? Error : throw Bug;
    }

    private Result<int> Filled(Errno error, Span<byte> destination)
    {
        if (error != Errno.None)
        {
            return error;
        }

        int length = Math.Min(Content.Length, destination.Length);
        Content.AsSpan(0, length).CopyTo(destination);
        return length;
    }

    private Result<int> Sized(Errno error, Span<byte> destination) =>
        error != Errno.None ? error
        : destination.IsEmpty ? Content.Length
        : Content.Length > destination.Length ? Errno.ERANGE
        : Filled(error, destination);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
