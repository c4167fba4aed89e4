using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace VfioMigration.Control.Tests;

public sealed class ControlRequestFormatTests
{
    [Theory]
    [InlineData("", "malformed request: not JSON (byte 0)")]
    [InlineData("{\"op\":\"hosts\"", "malformed request: not JSON (byte 13)")]
    [InlineData("[[[[[[1]]]]]]", "malformed request: not JSON (byte 4)")]
    [InlineData("[]", "malformed request: not a JSON object")]
    [InlineData("null", "malformed request: not a JSON object")]
    [InlineData("{}", "malformed request: field 'op' is missing")]
    [InlineData("""{"op":1}""", "malformed request: field 'op' must be a string")]
    [InlineData("""{"op":null}""", "malformed request: field 'op' must be a string")]
    [InlineData("""{"op":"dance"}""", "unknown operation 'dance'; known are: hosts, dmesg, ")]
    [InlineData("""{"op":"Hosts"}""", "unknown operation 'Hosts'; known are: hosts, dmesg, ")]
    [InlineData("""{"op":"hosts","op":"hosts"}""", "operation 'hosts': duplicate field 'op'")]
    [InlineData("""{"op":"hosts","host":"a"}""", "operation 'hosts': unknown field 'host'; the operation has no fields")]
    [InlineData("""{"op":"dmesg","hots":"a"}""", "operation 'dmesg': unknown field 'hots'; known are: host, follow, with_time")]
    [InlineData("""{"op":"dmesg","Follow":true}""", "operation 'dmesg': unknown field 'Follow'; known are: host, follow, with_time")]
    [InlineData("""{"op":"dmesg","follow":1}""", "operation 'dmesg': field 'follow' must be true or false")]
    [InlineData("""{"op":"dmesg","follow":null}""", "operation 'dmesg': field 'follow' must not be null")]
    [InlineData("""{"op":"dmesg","host":7}""", "operation 'dmesg': field 'host' must be a string")]
    [InlineData("""{"op":"dmesg","host":["a"]}""", "operation 'dmesg': field 'host' must be a string")]
    [InlineData("""{"op":"dmesg","host":"a","host":"b"}""", "operation 'dmesg': duplicate field 'host'")]
    [InlineData("""{"op":"driver-load"}""", "operation 'driver-load': field 'driver' is missing")]
    [InlineData("""{"op":"driver-load","driver":null}""", "operation 'driver-load': field 'driver' must not be null")]
    [InlineData("""{"op":"guest-pause","host":"a"}""", "operation 'guest-pause': field 'device' is missing")]
    [InlineData("""{"op":"migrate","host":"a","device":"d","target":"b/d","max_rounds":"3"}""", "operation 'migrate': field 'max_rounds' must be an integer of 32 bits")]
    [InlineData("""{"op":"migrate","host":"a","device":"d","target":"b/d","max_rounds":3000000000}""", "operation 'migrate': field 'max_rounds' must be an integer of 32 bits")]
    [InlineData("""{"op":"migrate","host":"a","device":"d","target":"b/d","bytes_per_second":1.5}""", "operation 'migrate': field 'bytes_per_second' must be an integer of 64 bits")]
    [InlineData("""{"op":"dmesg","host":"\ud800"}""", "malformed request: text that is not valid Unicode")]
    public void WhatIsWrong_IsNamed(string line, string expected)
    {
        Assert.Null(ControlRequestFormat.Read(Encoding.UTF8.GetBytes(line), out string? problem));
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void BytesThatAreNoUtf8_AreRefused()
    {
        byte[] line = [.. "{\"op\":\"dmesg\",\"host\":\""u8, 0xff, 0xfe, .. "\"}"u8];

        Assert.Null(ControlRequestFormat.Read(line, out string? problem));
        Assert.StartsWith("malformed request: ", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ControlRequestFormat.MaxText, null)]
    [InlineData(ControlRequestFormat.MaxText + 1, "operation 'driver-load': field 'driver' is longer than 4096 characters")]
    public void Text_HasAMaximumLength(int length, string? expected)
    {
        ControlRequestFormat.Read(Encoding.UTF8.GetBytes($$"""{"op":"driver-load","driver":"{{new string('x', length)}}"}"""), out string? problem);

        Assert.Equal(expected, problem);
    }

    [Fact]
    public void NullIsTheSameAsMissing_WhereAFieldMayBeMissing() => Assert.Equal(
        ControlRequestFormat.Read("""{"op":"dmesg"}"""u8.ToArray(), out _),
        ControlRequestFormat.Read("""{"host":null,"op":"dmesg"}"""u8.ToArray(), out _));

    /// <summary>Every mutant of every sample is a request or a message, never an exception.</summary>
    [Fact]
    public void Mutants_AreAnsweredWithASentence()
    {
        Gen<(int Sample, int At, int Value)> mutants =
            from sample in Gen.Choose(0, SampleRequests.All.Count - 1)
            from at in Gen.Choose(0, SampleRequests.All[sample].Written.Length - 2)
            from value in Gen.Choose(0, 255)
            select (sample, at, value);
        Prop.ForAll(mutants.ToArbitrary(), mutant =>
        {
            byte[] line = SampleRequests.All[mutant.Sample].Written[..^1];
            line[mutant.At] = (byte)mutant.Value;
            return ControlRequestFormat.Read(line, out string? problem) is null == problem is { Length: > 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }
}
