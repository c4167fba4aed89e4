using System.Runtime.InteropServices;

using FsCheck;
using FsCheck.Fluent;

using VfioMigration.Fuse.Tests.Support;
using VfioMigration.Uapi;
using VfioMigration.Uapi.Fuse;

namespace VfioMigration.Fuse.Tests;

/// <summary>Whatever bytes arrive: no exception, and no answer or a well-formed one.</summary>
public sealed class FuseDispatcherFuzzTests
{
    private static Gen<byte[]> AnyBytes => Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();

    private static Gen<byte[]> AnyBody => AnyBytes.Resize(200);

    /// <summary>A header that is right and a body that is not.</summary>
    private static Gen<byte[]> AnyRequest =>
        from opcode in Gen.Choose(0, 70)
        from node in Gen.Choose(0, 4)
        from body in AnyBody
        select FuseMessage.Request((FuseOpcode)opcode, body, (ulong)node);

    private static Gen<byte[]> WithLyingLength =>
        from request in AnyRequest
        from length in Gen.Choose(-2, 300)
        select WithLength(request, (uint)length);

    [Fact]
    public void RandomBytes_GiveNothingOrAWellFormedReply() => Check(AnyBytes);

    [Fact]
    public void RandomBodies_GiveNothingOrAWellFormedReply() => Check(AnyRequest);

    [Fact]
    public void LyingLengths_GiveNothingOrAWellFormedReply() => Check(WithLyingLength);

    [Fact]
    public void RandomBodies_OfAThrowingFileSystem_GiveNothingOrAWellFormedReply() =>
        Check(AnyRequest, new InvalidOperationException("bug"));

    private static void Check(Gen<byte[]> messages, Exception? bug = null)
    {
        var fileSystem = new FakeFileSystem { Bug = bug, Entries = ["a", "b"], Content = [1, 2, 3], BytesTaken = 1 };
        var dispatcher = new FuseDispatcher(fileSystem, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        byte[] buffer = new byte[FuseNegotiation.WantedMaxWrite + Page.Size];
        using var call = new FuseCall();
        Quietly.Check(
            messages,
            message =>
            {
                int length = dispatcher.Dispatch(call, message, buffer);
                if (length == 0)
                {
                    return;
                }

                FuseAnswer answer = FuseAnswer.Parse(buffer.AsSpan(0, length));
                Assert.Equal(MemoryMarshal.Read<FuseInHeader>(message).Unique, answer.Unique);
                Assert.InRange((int)answer.Error, 0, ErrnoExtensions.Largest);
                Assert.True(answer.Error == Errno.None || answer.Payload.Length == 0);
            },
            times: 2000);
    }

    private static byte[] WithLength(byte[] request, uint length)
    {
        MemoryMarshal.Write(request, in length);
        return request;
    }
}
