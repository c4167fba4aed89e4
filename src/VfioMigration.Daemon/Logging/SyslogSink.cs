using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

using VfioMigration.Posix;

namespace VfioMigration.Daemon.Logging;

/// <summary>Sends log events to syslog(3).</summary>
internal sealed class SyslogSink : ILogEventSink
{
    /// <summary>Texts are written as they are, not as quoted literals.</summary>
    private static readonly MessageTemplateTextFormatter Formatter = new("{Message:lj}");

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter();
        Formatter.Format(logEvent, text);
        SystemLog.Write(Severity(logEvent.Level), text.ToString());
    }

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
