using System.Text;
using System.Text.Json.Nodes;

using FsCheck;
using FsCheck.Fluent;

namespace VfioMigration.Vendors.External.Tests;

/// <summary>Whatever a line holds, it is an answer that can be read to its end, or a message.</summary>
public sealed class ExternalAnswerTests
{
    [Theory]
    [InlineData("""{"id":1,"id":1,"result":{}}""")]
    [InlineData("""{"id":1,"\u0069d":2,"result":{}}""")]
    [InlineData("""{"id":1,"result":{"a":{"b":1,"b":2}}}""")]
    [InlineData("""{"id":1,"result":{"text":"\ud800"}}""")]
    [InlineData("""{"id":1,"result":{"\udc00":1}}""")]
    [InlineData("""{"id":1e400,"result":{}}""")]
    [InlineData("""{"id":9223372036854775808,"result":{}}""")]
    [InlineData("""{"id":1.5,"result":{}}""")]
    [InlineData("""{"id":null,"result":{}}""")]
    [InlineData("""{"id":{"id":1}}""")]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"id":1,}""")]
    [InlineData("""{"id":1} {"id":2}""")]
    [InlineData("{\"id\":1,\"result\":{\"text\":\"\0\"}}")]
    [InlineData("\0")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("NaN")]
    public void MalformedLine_IsReported(string line)
    {
        Assert.Null(ExternalAnswer.Read(Encoding.UTF8.GetBytes(line), out string problem));
        Assert.NotEmpty(problem);
        Assert.All(problem, static c => Assert.InRange(c, ' ', '~'));
    }

    [Fact]
    public void InvalidUtf8_IsReported()
    {
        Assert.Null(ExternalAnswer.Read((byte[])[.. "{\"id\":1,\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8], out string problem));
        Assert.Equal("invalid UTF-8", problem);
    }

    [Theory]
    [InlineData(13, true)]
    [InlineData(100_000, false)]
    public void Nesting_IsBounded(int depth, bool isRead)
    {
        string line = $"{{\"id\":1,\"result\":{{\"a\":{new string('[', depth)}{new string(']', depth)}}}}}";

        Assert.Equal(isRead, ExternalAnswer.Read(Encoding.UTF8.GetBytes(line), out _) is not null);
    }

    [Fact]
    public void Answer_HasItsNumberAndItsParts()
    {
        (long id, JsonObject answer) = ExternalAnswer.Read("{\"id\":7,\"result\":{\"n\":1e999,\"t\":\"\\u0000\\ud83d\\ude00\"}}"u8.ToArray(), out _)!.Value;

        Assert.Equal(7, id);
        Assert.Equal("\0\U0001F600", answer["result"]!["t"]!.GetValue<string>());
    }

    /// <summary>What was read throws nowhere later.</summary>
    [Fact]
    public void MutatedLine_IsReadWholeOrNotAtAll()
    {
        byte[] line = """{"id":1,"result":{"types":[{"name":"half","max_instances":2}],"state":"YWJj","t":"\ud83d\ude00"},"error":{"errno":"EIO"}}"""u8.ToArray();
        var mutations = Gen.Choose(0, line.Length - 1).Zip(Gen.Choose(0, 255)).ListOf(3);
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(2000), Prop.ForAll(mutations.ToArbitrary(), changes =>
        {
            byte[] mutated = [.. line];
            foreach ((int at, int value) in changes)
            {
                mutated[at] = (byte)value;
            }

            return ExternalAnswer.Read(mutated, out string problem) is { } read ? read.Answer.DeepClone().ToJsonString().Length > 0 : problem.Length > 0;
        }));
    }
}
