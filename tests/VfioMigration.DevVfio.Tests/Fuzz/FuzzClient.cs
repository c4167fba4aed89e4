using VfioMigration.DevVfio.Clients;
using VfioMigration.DevVfio.Ioctls;
using VfioMigration.DevVfio.Tests.Support;
using VfioMigration.Uapi;

namespace VfioMigration.DevVfio.Tests.Fuzz;

/// <summary>One thread of a fuzz.</summary>
internal sealed class FuzzClient(FuzzWorld world, int seed, int number)
{
    /// <summary>MAX_ERRNO.</summary>
    private const int MaxErrno = 4095;

    private static readonly uint[] Known = [.. VfioIoctlTable.Rows.Select(static row => row.Number).Distinct().Order()];

    private static readonly Dictionary<VfioFileKind, uint[]> OfKind =
        VfioIoctlTable.Rows.GroupBy(static row => row.Kind).ToDictionary(static rows => rows.Key, static rows => rows.Select(static row => row.Number).ToArray());

    private readonly Random random = new(seed + number);
    private readonly FuzzArguments arguments = new(world, new Random(seed - number), FakeClient.MemoryStart + ((ulong)number * FuzzArguments.Room));

    /// <summary>The first request that went wrong; null for none.</summary>
    internal string? Run(int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (random.Next(50) == 0)
            {
                world.Change(random);
            }

            if (world.WhileOpen(Request) is { } problem)
            {
                return $"thread {number}, request {i}: {problem}";
            }
        }

        return null;
    }

    private string? Request()
    {
        int descriptor = world.Pick(random);
        VfioFileKind? kind = world.Fixture.Client.FindFile(descriptor).TryGet(out DevVfioFile? file) ? file?.Kind : null;
        uint request = PickNumber(kind);
        VfioIoctl? row = kind is null ? null : VfioIoctlTable.Find(kind.Value, request);
        ulong argument = arguments.Make(request, row);
        string text = $"ioctl({descriptor} {kind}, 0x{request:x} {row?.Name}, 0x{argument:x} -> {arguments.Text(argument)})";
        try
        {
            Result<int> answer = world.Fixture.Ioctl(descriptor, request, argument);
            if (row is not null && answer.IsOk)
            {
                world.Done(row);
            }

            bool isSane = answer.IsOk ? answer.Value >= 0 : (int)answer.Error is > 0 and <= MaxErrno;
            return isSane ? null : $"{text} = {answer}";
        }
        catch (Exception bug)
        {
            return $"{text}: {bug}";
        }
    }

    /// <summary>Mostly one that the file knows, or another file.</summary>
    private uint PickNumber(VfioFileKind? kind)
    {
        if (random.Next(20) == 0)
        {
            return random.Next(2) == 0 ? (uint)random.Next() : 0x3b00u + (uint)random.Next(256);
        }

        uint[] own = kind is not null && random.Next(5) != 0 ? OfKind[kind.Value] : Known;
        return own[random.Next(own.Length)];
    }
}
