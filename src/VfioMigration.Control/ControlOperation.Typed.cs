using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace VfioMigration.Control;

/// <summary>A row of <see cref="ControlTable"/> with its types.</summary>
public sealed class ControlOperation<TRequest, TAnswer> : ControlOperation
    where TRequest : class
    where TAnswer : class
{
    private readonly Func<ControlJson, JsonTypeInfo<TRequest>> requestJson;
    private readonly Func<ControlJson, JsonTypeInfo<TAnswer>>? answerJson;

    /// <param name="name">The value of <c>op</c>.</param>
    /// <param name="request">How its request is written; created on demand, so that a client pays only for what it uses.</param>
    /// <param name="answer">How an answer is written; null for lines of text and for no answer.</param>
    /// <param name="mode">Once or stream.</param>
    /// <param name="readyFor">What follows <c>.ready</c>.</param>
    internal ControlOperation(
        string name,
        Func<ControlJson, JsonTypeInfo<TRequest>> request,
        Func<ControlJson, JsonTypeInfo<TAnswer>>? answer = null,
        AnswerMode mode = AnswerMode.Once,
        ReadyFor readyFor = ReadyFor.Nothing)
        : base(name, mode, readyFor)
    {
        requestJson = request;
        answerJson = answer;
    }

    public override Type RequestType => typeof(TRequest);

    public override Type AnswerType => typeof(TAnswer);

    /// <summary>The request as one line of JSON, its newline included.</summary>
    public byte[] Write(TRequest request) =>
        ControlRequestFormat.Write(Name, JsonSerializer.SerializeToUtf8Bytes(request, requestJson(ControlJson.Default)));

    /// <summary>The line of an answer. Text with newlines becomes several lines.</summary>
    public string WriteAnswer(TAnswer answer) =>
        ControlLines.Escape(answerJson is null ? (string)(object)answer : JsonSerializer.Serialize(answer, answerJson(ControlJson.Default)));

    /// <summary>What <see cref="WriteAnswer"/> wrote. Throws <see cref="JsonException"/> for what is no such answer.</summary>
    public TAnswer ReadAnswer(string line)
    {
        string text = ControlLines.Unescape(line);
        return answerJson is null
            ? (TAnswer)(object)text
            : JsonSerializer.Deserialize(text, answerJson(ControlJson.Default)) ?? throw new JsonException("the answer is null");
    }

    internal override object? Read(JsonElement request, out string? problem) =>
        ControlRequestFormat.ReadFields(Name, request, requestJson(ControlJson.Default), out problem);
}
