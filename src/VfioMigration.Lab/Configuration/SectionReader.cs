using System.Globalization;

using Microsoft.Extensions.Configuration;

namespace VfioMigration.Lab.Configuration;

/// <summary>
/// Reads one section of the configuration strictly: every problem names the whole key, and a key that was not read is a problem.
/// </summary>
internal sealed class SectionReader(IConfiguration section, string path, List<string> problems)
{
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase);

    internal string? Text(string key)
    {
        known.Add(key);
        IConfigurationSection value = section.GetSection(key);
        if (value.GetChildren().Any())
        {
            Problem(key, "must be a value, not a list or an object");
            return null;
        }

        return value.Value;
    }

    internal string RequiredText(string key)
    {
        string? text = Text(key);
        if (string.IsNullOrEmpty(text))
        {
            Problem(key, "is missing");
        }

        return text ?? "";
    }

    internal bool Flag(string key, bool defaultValue)
    {
        string? text = Text(key);
        if (text is null || bool.TryParse(text, out bool flag))
        {
            return text is null ? defaultValue : bool.Parse(text);
        }

        Problem(key, $"'{text}' is not true or false");
        return defaultValue;
    }

    /// <summary>Hexadecimal digits, with or without 0x.</summary>
    internal uint Hex(string key, uint defaultValue, uint max)
    {
        string? text = Text(key);
        if (text is null)
        {
            return defaultValue;
        }

        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        if (uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint number) && number <= max)
        {
            return number;
        }

        Problem(key, $"'{text}' is not a hexadecimal number up to {max:x}");
        return defaultValue;
    }

    /// <summary>The elements of a list, each with its own reader.</summary>
    internal IEnumerable<SectionReader> List(string key)
    {
        known.Add(key);
        IConfigurationSection list = section.GetSection(key);
        if (list.Value is { Length: > 0 })
        {
            Problem(key, "must be a list, not a value");
        }

        return list.GetChildren().Select(child => new SectionReader(child, $"{path}{key}:{child.Key}:", problems));
    }

    /// <summary>The values of a list; null without the key.</summary>
    internal IReadOnlyList<string>? Texts(string key)
    {
        known.Add(key);
        IConfigurationSection list = section.GetSection(key);
        if (list.Value is { Length: > 0 } || list.GetChildren().Any(child => child.Value is null))
        {
            Problem(key, "must be a list of strings");
            return [];
        }

        return list.Exists() ? [.. list.GetChildren().Select(child => child.Value!)] : null;
    }

    /// <summary>Names and texts of an object whose names are not ours.</summary>
    internal IReadOnlyDictionary<string, string> Map(string key)
    {
        known.Add(key);
        IConfigurationSection map = section.GetSection(key);
        if (map.Value is { Length: > 0 })
        {
            Problem(key, "must be an object, not a value");
        }

        foreach (IConfigurationSection child in map.GetChildren().Where(child => child.GetChildren().Any()))
        {
            Problem($"{key}:{child.Key}", "must be a value, not a list or an object");
        }

        return map.GetChildren().ToDictionary(child => child.Key, child => child.Value ?? "");
    }

    /// <summary>A section that other code reads.</summary>
    internal void Ignore(string key) => known.Add(key);

    internal string KeyOf(string key) => $"{path}{key}";

    internal void Problem(string key, string what) => problems.Add($"{path}{key}: {what}");

    /// <summary>Reports the keys that were not read; call it last.</summary>
    internal void Finish()
    {
        foreach (IConfigurationSection child in section.GetChildren().Where(child => !known.Contains(child.Key)))
        {
            Problem(child.Key, $"unknown key; known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}");
        }
    }
}
