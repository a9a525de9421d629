using NearData.Queries.Tpch.Randomness;

namespace NearData.Queries.Tpch.Text;

/// <summary>Writes sentences of the grammar of TPC-H 4.2.2.14, one space between words and between sentences.</summary>
internal sealed class SentenceWriter(RandomStream draws, byte[] text)
{
    /// <summary>No sentence is longer: at most 16 words of 15 bytes with the space, and a terminator.</summary>
    public const int LongestSentence = (16 * 15) + 2;

    private static readonly Part[][] SentenceForms = Weighted(
        (3, [Part.NounPhrase, Part.VerbPhrase]),
        (3, [Part.NounPhrase, Part.VerbPhrase, Part.PrepositionalPhrase]),
        (3, [Part.NounPhrase, Part.VerbPhrase, Part.NounPhrase]),
        (1, [Part.NounPhrase, Part.PrepositionalPhrase, Part.VerbPhrase, Part.NounPhrase]),
        (1, [Part.NounPhrase, Part.PrepositionalPhrase, Part.VerbPhrase, Part.PrepositionalPhrase]));

    private static readonly Part[][] NounForms = Weighted(
        (1, [Part.Noun]),
        (2, [Part.Adjective, Part.Noun]),
        (1, [Part.Adjective, Part.Comma, Part.Adjective, Part.Noun]),
        (5, [Part.Adverb, Part.Adjective, Part.Noun]));

    private static readonly Part[][] VerbForms = Weighted(
        (30, [Part.Verb]),
        (1, [Part.Auxiliary, Part.Verb]),
        (40, [Part.Verb, Part.Adverb]),
        (1, [Part.Auxiliary, Part.Verb, Part.Adverb]));

    private long _draw;

    private enum Part
    {
        NounPhrase,
        VerbPhrase,
        PrepositionalPhrase,
        Noun,
        Verb,
        Adjective,
        Adverb,
        Auxiliary,
        Comma,
    }

    /// <summary>Bytes written so far, each sentence's closing space included.</summary>
    public int Length { get; private set; }

    /// <summary>Appends a sentence; the text must have room for <see cref="LongestSentence"/>.</summary>
    public void Write()
    {
        WriteForm(SentenceForms);
        ReplaceSpace(Vocabulary.Terminators.Choose(draws, _draw++));
    }

    private static Part[][] Weighted(params ReadOnlySpan<(int Weight, Part[] Form)> forms)
    {
        List<Part[]> tickets = [];
        foreach ((int weight, Part[] form) in forms)
        {
            tickets.AddRange(Enumerable.Repeat(form, weight));
        }

        return [.. tickets];
    }

    private void WriteForm(Part[][] forms)
    {
        foreach (Part part in draws.Choose(_draw++, forms))
        {
            Write(part);
        }
    }

    private void Write(Part part)
    {
        switch (part)
        {
            case Part.NounPhrase:
                WriteForm(NounForms);
                break;
            case Part.VerbPhrase:
                WriteForm(VerbForms);
                break;
            case Part.PrepositionalPhrase:
                Write(Vocabulary.Prepositions);
                Write("the"u8);
                WriteForm(NounForms);
                break;
            case Part.Noun:
                Write(Vocabulary.Nouns);
                break;
            case Part.Verb:
                Write(Vocabulary.Verbs);
                break;
            case Part.Adjective:
                Write(Vocabulary.Adjectives);
                break;
            case Part.Adverb:
                Write(Vocabulary.Adverbs);
                break;
            case Part.Auxiliary:
                Write(Vocabulary.Auxiliaries);
                break;
            default:
                ReplaceSpace(","u8);
                break;
        }
    }

    private void Write(WeightedWords words) => Write(words.Choose(draws, _draw++));

    private void Write(ReadOnlySpan<byte> word)
    {
        word.CopyTo(text.AsSpan(Length));
        Length += word.Length;
        text[Length++] = (byte)' ';
    }

    // Punctuation follows its word at once: it takes the place of the space that the word left behind.
    private void ReplaceSpace(ReadOnlySpan<byte> punctuation)
    {
        Length--;
        Write(punctuation);
    }
}
