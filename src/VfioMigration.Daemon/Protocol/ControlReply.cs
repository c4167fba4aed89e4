using VfioMigration.Control;

namespace VfioMigration.Daemon.Protocol;

/// <summary>Where a handler sends its answers; they have the type of the row.</summary>
internal sealed class ControlReply<TRequest, TAnswer>(ControlOperation<TRequest, TAnswer> operation, ControlConnection connection)
    where TRequest : class
    where TAnswer : class
{
    internal ControlConnection Connection => connection;

    internal Task Send(TAnswer answer) => connection.SendLines([operation.WriteAnswer(answer)]);

    internal Task Send(IEnumerable<TAnswer> answers) => connection.SendLines(answers.Select(operation.WriteAnswer));
}
