using System.Net.Security;

using VfioMigration.Vmm.Wire;

namespace VfioMigration.Daemon.Migration;

/// <summary>A connection by TLS, whose failures say so: a refused certificate is noticed only when something is read.</summary>
/// <param name="tls">Authenticated.</param>
/// <param name="stopReading">Ends what comes from the connection below.</param>
internal sealed class TlsStream(SslStream tls, Action stopReading) : ConnectionStream
{
    private bool hasRead;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            int count = tls.Read(buffer);
            hasRead |= count > 0;
            return count;
        }
        catch (IOException error) when (!hasRead)
        {
            throw new IOException(TlsFiles.Describe(error), error);
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            tls.Write(buffer);
        }
        catch (IOException error) when (!hasRead)
        {
            throw new IOException(TlsFiles.Describe(error), error);
        }
    }

    public override void Flush() => tls.Flush();

    public override void StopReading() => stopReading();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tls.Dispose();
        }

        base.Dispose(disposing);
    }
}
