//! Chats: a program that holds an account (`peer.py`, read by aiocqhttp and nonebot's adapter) is the other end.

mod bad_days;
mod groups;
mod other_end;
mod room;
mod talks;
mod ways;
