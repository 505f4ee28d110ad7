using FlowLake.Lake.Duck;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Parquet;

/// <summary>Takes one column's value from a record and puts it into the engine, without boxing.</summary>
internal abstract class RecordField<TRecord>
{
    public abstract void Set(DuckAppender appender, int column, TRecord record);

    public static RecordField<TRecord> Of(Column column) => column switch
    {
        Column<TRecord, bool?> typed => new Value<bool>(typed.Read, static (appender, at, value) => appender.Set(at, value)),
        Column<TRecord, int?> typed => new Value<int>(typed.Read, static (appender, at, value) => appender.Set(at, value)),
        Column<TRecord, long?> typed => new Value<long>(typed.Read, static (appender, at, value) => appender.Set(at, value)),
        Column<TRecord, DateOnly?> typed => new Value<DateOnly>(typed.Read, static (appender, at, value) => appender.Set(at, value)),
        Column<TRecord, DateTimeOffset?> typed => new Value<DateTimeOffset>(typed.Read, static (appender, at, value) => appender.Set(at, value)),
        Column<TRecord, string?> typed => new Text(typed.Read),
        _ => throw new ArgumentException($"Column {column.Name} reads no {typeof(TRecord).Name}, or a type of value that is not supported."),
    };

    private sealed class Value<TValue>(Func<TRecord, TValue?> read, Action<DuckAppender, int, TValue> write) : RecordField<TRecord>
        where TValue : struct
    {
        public override void Set(DuckAppender appender, int column, TRecord record)
        {
            if (read(record) is { } value)
                write(appender, column, value);
            else
                appender.SetNull(column);
        }
    }

    private sealed class Text(Func<TRecord, string?> read) : RecordField<TRecord>
    {
        public override void Set(DuckAppender appender, int column, TRecord record) => appender.Set(column, read(record));
    }
}
