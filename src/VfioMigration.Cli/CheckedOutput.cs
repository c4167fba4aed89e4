using System.Text;

using VfioMigration.Posix;
using VfioMigration.Uapi;

namespace VfioMigration.Cli;

/// <summary>
/// Standard output and standard error by plain write(2). A failure is an <see cref="OutputException"/>, also when the reader of a pipe has gone, which the
/// runtime's streams ignore; of standard error it is ignored, because nothing is left to report it to.
/// </summary>
internal sealed class CheckedOutput(FileDescriptor descriptor, bool ignoresErrors) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes them those of <see cref="Console"/>, for the rest of the process.</summary>
    internal static void Install()
    {
        Console.SetOut(Writer(new CheckedOutput(new FileDescriptor(1), ignoresErrors: false)));
        Console.SetError(Writer(new CheckedOutput(new FileDescriptor(2), ignoresErrors: true)));
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Errno error = descriptor.WriteAll(buffer);
        if (error != Errno.None && !ignoresErrors)
        {
            throw new OutputException(error);
        }
    }

    private static StreamWriter Writer(Stream stream) => new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1024) { AutoFlush = true };
}
