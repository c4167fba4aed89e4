using Microsoft.Extensions.Logging;

using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse;

/// <summary>
/// Turns request bytes into reply bytes. Knows no transport and no thread; a test calls <see cref="Dispatch"/> with bytes it wrote.
/// </summary>
public sealed partial class FuseDispatcher
{
    private readonly FuseFileSystem fileSystem;
    private readonly ILogger logger;
    private readonly FuseOperation?[] operations = OperationTable();

    public FuseDispatcher(FuseFileSystem fileSystem, ILogger logger)
    {
        this.fileSystem = fileSystem;
        this.logger = logger;
    }

    /// <summary>The settlement of the last INIT.</summary>
    public FuseNegotiation Negotiation { get; private set; } = FuseNegotiation.Unnegotiated;

    /// <summary>How long the kernel may keep names and attributes, in seconds. Changes are announced by notification.</summary>
    private const ulong Lifetime = 1 << 30;

    private ulong LifetimeHere => fileSystem.MayBeRemembered ? Lifetime : 0;

    /// <summary>True when the operation may run vendor code.</summary>
    internal bool MayBlock(FuseOpcode opcode) => Operation(opcode)?.MayBlock ?? false;

    /// <summary>
    /// Handles one request. Returns the length of the reply in <paramref name="buffer"/>, or 0 when the request expects none.
    /// Never throws.
    /// </summary>
    public int Dispatch(FuseCall call, ReadOnlySpan<byte> message, Span<byte> buffer)
    {
        if (!FuseRequest.TryParse(message, out FuseRequest request))
        {
            LogMalformed(logger, message.Length);
            return 0;
        }

        var reply = new FuseReply(request.Header.Unique, buffer);
        FuseOperation? operation = Operation(request.Header.Opcode);
        if (operation is null)
        {
            return reply.Error(Errno.ENOSYS);
        }

        try
        {
            int length = request.Body.Length < operation.MinimumBody
                ? reply.Error(Errno.EINVAL)
                : operation.Handle(this, call, request, reply);
            return operation.Answers ? length : 0;
        }
        catch (Exception bug)
        {
            LogBug(logger, bug, request.Header.Opcode, request.Header.Unique, request.Header.NodeId);
            return operation.Answers ? reply.Error(Errno.EIO) : 0;
        }
    }

    private FuseOperation? Operation(FuseOpcode opcode) =>
        (uint)opcode < (uint)operations.Length ? operations[(uint)opcode] : null;

    private static FuseOperation?[] OperationTable()
    {
        var table = new FuseOperation?[64];
        foreach (FuseOperation operation in SessionOperations().Concat(NodeOperations()).Concat(FileOperations())
            .Concat(DirectoryOperations()).Concat(ExtendedAttributeOperations()).Concat(RefusedOperations()))
        {
            table[(uint)operation.Opcode] = operation;
        }

        return table;
    }

    private static FuseOperation Row(FuseOpcode opcode, int minimumBody, FuseOperation.Handler handle) =>
        new(opcode, minimumBody, Answers: true, MayBlock: false, handle);

    private static FuseOperation BlockingRow(FuseOpcode opcode, int minimumBody, FuseOperation.Handler handle) =>
        new(opcode, minimumBody, Answers: true, MayBlock: true, handle);

    private static FuseOperation SilentRow(FuseOpcode opcode, int minimumBody, FuseOperation.Handler handle) =>
        new(opcode, minimumBody, Answers: false, MayBlock: false, handle);

    [LoggerMessage(Level = LogLevel.Error, Message = "FUSE message of {Length} bytes has no valid header; dropped")]
    private static partial void LogMalformed(ILogger logger, int length);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Opcode} request {Unique} on node {Node} failed with an exception; answered EIO")]
    private static partial void LogBug(ILogger logger, Exception bug, FuseOpcode opcode, ulong unique, ulong node);
}
