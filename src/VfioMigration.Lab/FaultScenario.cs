using VfioMigration.Lab.Faults;
using VfioMigration.Vfio;
using VfioMigration.Vfio.Faults;

namespace VfioMigration.Lab;

/// <summary>
/// A file of faults: <c>HOST: RULE</c> or <c>HOST/DEVICE: RULE</c> a line, <c>#</c> begins a comment. A device need not exist yet: it gets its faults when it
/// appears.
/// </summary>
public static class FaultScenario
{
    /// <summary>Adds a message with file and line to <paramref name="problems"/> for every invalid line; then nothing is applied.</summary>
    public static void Apply(string file, HostSet lab, List<string> problems)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add($"--inject {file}: {error.Message}");
            return;
        }

        var apply = new List<Action>();
        int before = problems.Count;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Split('#')[0].Trim();
            if (line.Length > 0 && Read(line, lab, apply) is { } problem)
            {
                problems.Add($"{file}:{i + 1}: {problem}");
            }
        }

        if (problems.Count == before)
        {
            apply.ForEach(static step => step());
        }
    }

    private static string? Read(string line, HostSet lab, List<Action> apply)
    {
        int colon = line.IndexOf(": ", StringComparison.Ordinal);
        string[] place = colon < 0 ? [] : line[..colon].Trim().Split('/');
        if (place.Length is not (1 or 2))
        {
            return "expected HOST: RULE or HOST/DEVICE: RULE";
        }

        if (lab.Find(place[0]) is not { } host)
        {
            return $"no host '{place[0]}'; available: {string.Join(", ", lab.Hosts.Select(known => known.Name))}";
        }

        string text = line[(colon + 1)..].Trim();
        string? problem;
        if (place.Length == 1)
        {
            HostFaultRule? hostRule = HostFaultRule.Parse(text, out problem);
            apply.Add(() => host.Faults.Add(hostRule!));
            return problem;
        }

        FaultRule? rule = FaultRule.Parse(text, out problem);
        apply.Add(() => AddTo(host, place[1], rule!));
        return problem;
    }

    /// <summary>Once: to the device that is there, or to the first one of that name.</summary>
    private static void AddTo(Host host, string name, FaultRule rule)
    {
        if (host.Vfio.Find(name) is { } there)
        {
            there.Faults.Add(rule);
            return;
        }

        host.Vfio.DeviceRegistered += Wait;
        void Wait(VfioDevice device)
        {
            if (device.Device.Name == name)
            {
                host.Vfio.DeviceRegistered -= Wait;
                device.Faults.Add(rule);
            }
        }
    }
}
