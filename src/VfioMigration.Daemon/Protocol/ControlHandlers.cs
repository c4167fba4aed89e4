using VfioMigration.Control;
using VfioMigration.Daemon.Migration;
using VfioMigration.Daemon.Mounting;
using VfioMigration.Lab;

namespace VfioMigration.Daemon.Protocol;

/// <summary>The handler of each row of <see cref="ControlTable"/>.</summary>
internal sealed class ControlHandlers
{
    private readonly Dictionary<ControlOperation, Func<object, ControlConnection, Task<string?>>> handlers = [];

    /// <summary>The rows that have one.</summary>
    internal IEnumerable<ControlOperation> Bound => handlers.Keys;

    /// <summary>Every row with its handler.</summary>
    internal static ControlHandlers For(HostSet lab, AttachedSessions sessions, MigrationService migrations)
    {
        var handlers = new ControlHandlers();
        new HostOperations(lab, sessions).Bind(handlers);
        new FollowOperations(lab).Bind(handlers);
        new GuestOperations(lab).Bind(handlers);
        new MigrationOperations(migrations).Bind(handlers);
        return handlers;
    }

    /// <summary>Gives a row its handler, which returns null or an error message. A second one is a bug.</summary>
    internal void Bind<TRequest, TAnswer>(
        ControlOperation<TRequest, TAnswer> operation, Func<TRequest, ControlReply<TRequest, TAnswer>, Task<string?>> handler)
        where TRequest : class
        where TAnswer : class =>
        handlers.Add(operation, (request, connection) => handler((TRequest)request, new ControlReply<TRequest, TAnswer>(operation, connection)));

    /// <summary>As above, for a handler that does not wait.</summary>
    internal void Bind<TRequest, TAnswer>(ControlOperation<TRequest, TAnswer> operation, Func<TRequest, string?> handler)
        where TRequest : class
        where TAnswer : class =>
        Bind(operation, (request, _) => Task.FromResult(handler(request)));

    internal Task<string?> Run(ControlOperation operation, object request, ControlConnection connection) => handlers[operation](request, connection);
}
