using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace VfioMigration.Fuse.Tests.Support;

/// <summary>Passes request bytes to a dispatcher, without threads.</summary>
internal sealed class FuseClient : IDisposable
{
    private readonly FuseCall call = new();
    private readonly byte[] buffer = new byte[FuseNegotiation.WantedMaxWrite + 4096];

    internal FuseClient(FuseFileSystem fileSystem, ILogger? logger = null) =>
        Dispatcher = new FuseDispatcher(fileSystem, logger ?? NullLogger.Instance);

    internal FuseDispatcher Dispatcher { get; }

    /// <summary>The answer to a request that has one.</summary>
    internal FuseAnswer Send(byte[] request)
    {
        int length = SendRaw(request);
        Assert.NotEqual(0, length);
        return FuseAnswer.Parse(buffer.AsSpan(0, length));
    }

    /// <summary>The length of the answer; 0 for none.</summary>
    internal int SendRaw(byte[] request) => Dispatcher.Dispatch(call, request, buffer);

    public void Dispose() => call.Dispose();
}
