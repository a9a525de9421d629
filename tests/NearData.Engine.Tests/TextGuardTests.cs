using System.Text;
using NearData.Engine.Pruning;
using NearData.Parquet;

namespace NearData.Engine.Tests;

/// <summary>What a guard learns of a column's texts, against a filter that knows exactly which it keeps.</summary>
public sealed class TextGuardTests
{
    [Fact]
    public void No_text_that_the_filter_keeps_is_dropped_however_little_time_there_is()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            HashSet<string> kept = [.. Enumerable.Range(0, random.Next(20)).Select(_ => Word(random))];
            bool areNullsKept = random.Next(2) == 0;
            int time = random.Next(40);
            TextGuard guard = new(text => time-- <= 0 ? null : text is { } known ? kept.Contains(Encoding.UTF8.GetString(known.Span)) : areNullsKept);
            for (int dictionary = 0; dictionary < 4; dictionary++)
            {
                ByteArrayBatch entries = new();
                string[] words = [.. Enumerable.Range(0, random.Next(20)).Select(_ => Word(random))];
                foreach (string word in words)
                {
                    entries.Add(word);
                }

                bool hasNulls = random.Next(2) == 0;
                CodeTable table = guard.Tabulate(entries, hasNulls);

                bool[] passes = [.. table.Passes.Select(pass => pass == 1)];
                for (int code = 0; code < words.Length; code++)
                {
                    Assert.True(passes[code] || !kept.Contains(words[code]), $"seed {seed}: {words[code]} is dropped");
                    Assert.True(!passes[code] || guard.Kept is not { } listed || listed.Any(text => IsText(text, words[code])), $"seed {seed}: {words[code]} isn't listed");
                }

                Assert.True(!hasNulls || passes[^1] || !areNullsKept);
                Assert.True(!hasNulls || !passes[^1] || guard.Kept is not { } all || all.Any(text => text is null));
                Assert.Equal(table.IsTotal, passes.Take(words.Length + (hasNulls ? 1 : 0)).All(pass => pass));
            }
        }
    }

    [Fact]
    public void A_text_is_asked_about_once_and_many_texts_are_not_listed()
    {
        int asked = 0;
        TextGuard guard = new(_ => ++asked > 0);
        ByteArrayBatch entries = new();
        for (int word = 0; word < 17; word++)
        {
            entries.Add($"word {word}");
        }

        guard.Tabulate(entries, hasNulls: false);
        Assert.True(guard.Tabulate(entries, hasNulls: true).IsTotal);

        Assert.Equal(18, asked);
        Assert.Null(guard.Kept);
    }

    private static bool IsText(ReadOnlyMemory<byte>? text, string word) => text is { } bytes && Encoding.UTF8.GetString(bytes.Span) == word;

    private static string Word(Random random) => new([.. Enumerable.Range(0, random.Next(3)).Select(_ => "abc"[random.Next(3)])]);
}
