using Microsoft.Extensions.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using VfioMigration.Lab.Configuration;

namespace VfioMigration.Daemon.Logging;

/// <summary>
/// The program's log: warnings and errors on standard error unless the <c>Serilog</c> section says otherwise, everything from
/// information up in a file when one is given, warnings and errors in syslog.
/// </summary>
public static class LoggingSetup
{
    private const string Template = "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext}: {Message:lj}{NewLine}{Exception}";

    /// <param name="configuration">Of the lab.</param>
    /// <param name="syslog">Whether to write to syslog as well.</param>
    /// <param name="verbose">Shows information on standard error, too.</param>
    /// <param name="logFile">Path of a log file, or null.</param>
    /// <param name="problems">Gets what is wrong with the section or the file; then the result is null.</param>
    public static Logger? TryCreate(IConfiguration configuration, bool syslog, bool verbose, string? logFile, ICollection<string> problems)
    {
        try
        {
            if (logFile is not null)
            {
                using FileStream writable = File.Open(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add($"--log-file {logFile}: {error.Message}");
            return null;
        }

        try
        {
            return Create(configuration, syslog, verbose, logFile);
        }
        catch (Exception error) when (configuration.GetSection(LabOptionsReader.LogSection).Exists())
        {
            // The package reports what it does not understand by exceptions of many types.
            problems.Add($"{LabOptionsReader.LogSection}: {error.Message.ReplaceLineEndings(" ").TrimEnd()}");
            return null;
        }
    }

    private static Logger Create(IConfiguration configuration, bool syslog, bool verbose, string? logFile)
    {
        var logger = new LoggerConfiguration().MinimumLevel.Information();
        if (configuration.GetSection(LabOptionsReader.LogSection).Exists())
        {
            ReadSection(logger, configuration);
        }
        else
        {
            logger.WriteTo.Async(sinks => sinks.Console(
                restrictedToMinimumLevel: verbose ? LogEventLevel.Information : LogEventLevel.Warning,
                outputTemplate: Template,
                formatProvider: null,
                standardErrorFromLevel: LogEventLevel.Verbose,
                theme: Serilog.Sinks.SystemConsole.Themes.ConsoleTheme.None));
        }

        if (logFile is not null)
        {
            logger.WriteTo.Async(sinks => sinks.File(logFile, outputTemplate: Template, formatProvider: null));
        }

        if (syslog)
        {
            logger.WriteTo.Sink(new SyslogSink(), LogEventLevel.Warning);
        }

        return logger.CreateLogger();
    }

    /// <summary>A method of its own, so that the package is loaded only where the section exists.</summary>
    private static void ReadSection(LoggerConfiguration logger, IConfiguration configuration) => logger.ReadFrom.Configuration(configuration);
}
