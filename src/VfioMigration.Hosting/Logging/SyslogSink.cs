using Serilog.Core;
using Serilog.Events;

using VfioMigration.Posix;

namespace VfioMigration.Hosting.Logging;

/// <summary>Sends log events to syslog(3).</summary>
internal sealed class SyslogSink : ILogEventSink
{
    public void Emit(LogEvent logEvent) => SystemLog.Write(Severity(logEvent.Level), logEvent.RenderMessage());

    /// <summary>The severities of RFC 5424.</summary>
    private static int Severity(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };
}
