using System.Net.Http.Headers;
using System.Text.Json;
using FlowLake.Benchmarks.Query.Questions;
using Xunit;

namespace FlowLake.Tests.QueryApi.Questions;

/// <summary>Each question users ask has an answer, and it is the one plain SQL over all raw rows gives.</summary>
public sealed class QuestionTests(QuestionLake lake) : IClassFixture<QuestionLake>
{
    public static TheoryData<string> Names { get; } = [.. Question.All().Select(question => question.Name)];

    [Fact]
    public void There_are_twenty_and_each_says_what_it_answers()
    {
        Assert.Equal(20, Names.Count);
        Assert.All(Question.All(), question => Assert.Contains('?', question.Says));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_answer_is_that_of_the_raw_rows(string name)
    {
        var question = Question.All().Single(question => question.Name == name);
        using var content = new ByteArrayContent(question.Body(lake.Values)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await lake.Client.PostAsync("/v1/sql", content, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, answer);
        using var document = JsonDocument.Parse(answer);
        Assert.NotEqual(0, document.RootElement.GetProperty("row_count").GetInt32());
        Assert.Equal(lake.Plain.Rows(question, lake.Values), document.RootElement.GetProperty("rows").GetRawText());
    }
}
